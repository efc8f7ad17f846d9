#include "cmd/terminal.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

enum { INTERRUPT = 3, END = 4, BACKSPACE = 8, DELETE = 127 };

// A line, one byte at a time, so that nothing of it stays in a buffer. False at the end of the input, or when it is too long.
static bool read_line(int fd, char *to, size_t cap, bool *ret_interrupted) {
    size_t n = 0;
    for (char c; read(fd, &c, 1) == 1 && c != END;) {
        if (c == '\n' || c == '\r') {
            to[n < cap ? n : 0] = '\0';
            return n && n < cap;
        }
        if (c == INTERRUPT) {
            *ret_interrupted = true;
            return false;
        }
        if (c == BACKSPACE || c == DELETE) {
            while (n && ((unsigned char) to[--n] & 0xC0) == 0x80) {
            }
        } else if (n < cap) {
            to[n++] = c;
        }
    }
    return false;
}

bool an_terminal_secret(struct an_str what, enum an_lang lang, char *to, size_t cap) {
    struct termios before, quiet;
    int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (fd < 0 || tcgetattr(fd, &before)) {
        if (fd >= 0)
            (void) close(fd);
        return false;
    }
    quiet = before;                     // the interrupt key, too, comes as a byte: no terminal is left without echo
    quiet.c_lflag &= ~(tcflag_t) (ECHO | ICANON | ISIG);
    quiet.c_cc[VMIN] = 1;
    quiet.c_cc[VTIME] = 0;
    bool interrupted = false, done = tcsetattr(fd, TCSAFLUSH, &quiet) == 0;
    if (done) {
        (void) dprintf(fd, lang == AN_ZH ? "\r\033[K%.*s 的密码：" : "\r\033[Kpassword of %.*s: ", AN_STR_ARG(what));
        done = read_line(fd, to, cap, &interrupted);
        (void) dprintf(fd, "\n");
        (void) tcsetattr(fd, TCSAFLUSH, &before);
    }
    (void) close(fd);
    if (!done)
        explicit_bzero(to, cap);
    if (interrupted)
        (void) raise(SIGINT);
    return done;
}
