"""Real database servers for the cases, in a folder of their own, on a socket only. Debian has them (tools/setup test).

Servers refuse to run as root: then they run as their package's user. That one is missing is a fault, not a reason to skip.
"""
import glob
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import urllib.parse


def program(*names):
    """Where a server's program is: Debian keeps PostgreSQL's out of the path."""
    for name in names:
        found = shutil.which(name) or (glob.glob(f"/usr/lib/postgresql/*/bin/{name}") + [None])[0]
        found = found or (f"/usr/sbin/{name}" if os.access(f"/usr/sbin/{name}", os.X_OK) else None)
        if found:
            return found
    raise FileNotFoundError(f"no {names[0]}: run tools/setup test")


class Server:
    """A folder with a server's data, socket and log. Stopped, and the folder removed, when it is closed."""

    account = None

    def __init__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="anshen-"))
        self.user = pwd.getpwnam(self.account).pw_name if os.getuid() == 0 else None
        self.child = None
        if self.user:
            shutil.chown(self.path, self.user, self.user)

    def place(self):
        """Where its programs run, and as whom."""
        return {"cwd": self.path, "user": self.user, "group": self.user, "extra_groups": [] if self.user else None}

    def run(self, *words, **more):
        return subprocess.run([str(w) for w in words], check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              **self.place(), **more)

    def start(self, *words):
        with open(self.path / "log", "ab") as log:
            self.child = subprocess.Popen([str(w) for w in words], stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                                          **self.place())
        for _ in range(600):
            if self.answers():
                return
            if self.child.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError("the server does not start: " + (self.path / "log").read_text("utf-8", "replace")[-600:])

    def kill(self):
        """At once, as a crash would."""
        self.child.kill()
        self.child.wait()

    def close(self):
        if self.child and self.child.poll() is None:
            self.child.send_signal(signal.SIGINT if isinstance(self, PostgreSQL) else signal.SIGTERM)
            try:
                self.child.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
        shutil.rmtree(self.path, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class PostgreSQL(Server):
    account = "postgres"

    def __init__(self):
        super().__init__()
        self.data = self.path / "data"
        self.run(program("initdb"), "-D", self.data, "-U", "root", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync",
                 "--no-instructions")
        (self.data / "pg_hba.conf").write_text("local all secret,odbc_secret scram-sha-256\nlocal all all trust\n")
        self.start(program("postgres"), "-D", self.data, "-k", self.path, "-c", "listen_addresses=", "-c", "fsync=off",
                   "-c", "shared_buffers=32MB")

    def answers(self):
        return subprocess.run([program("pg_isready"), "-q", "-h", self.path], check=False).returncode == 0

    def sql(self, text, database="postgres", user="root"):
        """What psql prints of it, without decoration."""
        words = [program("psql"), "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-h", self.path, "-U", user, database]
        done = subprocess.run(words, input=text if isinstance(text, bytes) else text.encode(), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, check=False, env={**os.environ, "PGCLIENTENCODING": "UTF8"})
        if done.returncode:
            raise RuntimeError(done.stderr.decode("utf-8", "replace")[:300])
        return done.stdout.decode("utf-8", "replace").strip()

    def database(self, name, text="", options=""):
        self.sql(f'CREATE DATABASE "{name}" {options}')
        if text:
            self.sql(text, name)
        return self.url(name)

    def url(self, database="", user="root"):
        return f"postgresql://{user}@{urllib.parse.quote(str(self.path), safe='')}/{urllib.parse.quote(database)}"

    def kill(self):
        """The postmaster and all that it began: a backend lives on without it for a while."""
        children = subprocess.run(["pgrep", "-P", str(self.child.pid)], stdout=subprocess.PIPE, check=False).stdout.split()
        super().kill()
        for child in children:
            try:
                os.kill(int(child), signal.SIGKILL)
            except ProcessLookupError:
                pass


class MariaDB(Server):
    account = "mysql"

    def __init__(self):
        super().__init__()
        self.data, self.socket = self.path / "data", self.path / "s"
        self.run(program("mariadb-install-db"), "--no-defaults", f"--datadir={self.data}",
                 "--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve", "--innodb-log-file-size=8M")
        self.start(program("mariadbd"), "--no-defaults", f"--datadir={self.data}", f"--socket={self.socket}",
                   "--skip-networking", f"--pid-file={self.path / 'pid'}", "--innodb-buffer-pool-size=32M",
                   "--innodb-log-file-size=8M", "--innodb-flush-log-at-trx-commit=0", "--skip-name-resolve",
                   "--max-allowed-packet=256M", f"--tmpdir={self.path}")

    def answers(self):
        words = [program("mariadb-admin"), "--no-defaults", "-uroot", f"--socket={self.socket}", "ping"]
        return subprocess.run(words, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0

    def sql(self, text, database=""):
        words = [program("mariadb"), "--no-defaults", "-uroot", f"--socket={self.socket}", "-N", "-B",
                 "--max-allowed-packet=256M", "--default-character-set=utf8mb4"]
        done = subprocess.run(words + ([database] if database else []), input=text if isinstance(text, bytes) else text.encode(),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr.decode("utf-8", "replace")[:300])
        return done.stdout.decode("utf-8", "replace").strip()

    def database(self, name, text="", options="CHARACTER SET utf8mb4"):
        self.sql(f"CREATE DATABASE `{name}` {options}")
        if text:
            self.sql(text, name)
        return self.url(name)

    def url(self, database="", user="root"):
        return f"mysql://{user}@{urllib.parse.quote(str(self.socket), safe='')}/{urllib.parse.quote(database)}"


class Shared:
    """One server for all cases that do not harm it; begun when the first needs it."""

    def __init__(self, kind):
        self.kind, self.server, self.lock = kind, None, threading.Lock()

    def get(self):
        with self.lock:
            if not self.server:
                self.server = self.kind()
        return self.server

    def close(self):
        if self.server:
            self.server.close()


POSTGRESQL, MARIADB = Shared(PostgreSQL), Shared(MariaDB)


def close_all():
    POSTGRESQL.close()
    MARIADB.close()


class Beside(threading.Thread):
    """A run of the program beside what the case does meanwhile; `end` waits for it."""

    def __init__(self, function):
        super().__init__()
        self.function, self.value, self.fault = function, None, None
        self.start()

    def run(self):
        try:
            self.value = self.function()
        except Exception as e:          # told where somebody waits for it
            self.fault = e

    def end(self):
        self.join()
        if self.fault:
            raise self.fault
        return self.value


def until(condition, what):
    """Waits for what another process does."""
    for _ in range(600):
        if condition():
            return
        time.sleep(0.05)
    raise RuntimeError(f"waited 30 s for {what}")
