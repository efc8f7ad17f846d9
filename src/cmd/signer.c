#include "cmd/signer.h"

#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include "base/file.h"

static struct an_str first_line(const char *text, size_t len) {
    size_t n = 0;
    while (n < len && text[n] != '\n' && text[n] != '\r')
        n++;
    return (struct an_str) {text, n};
}

// Asks on the terminal itself, so that a pipe on standard input is left alone.
static enum an_code ask(char *out, size_t cap, size_t *ret_len, struct an_err *err) {
    static const char prompt[] = "Password of the key: ";
    struct termios was, silent;
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return an_fail(err, AN_USAGE, "the key has a password, and there is no terminal to ask for it: use --password-file");
    bool changed = tcgetattr(fd, &was) == 0;
    if (changed) {
        silent = was;
        silent.c_lflag &= ~(tcflag_t) ECHO;
        changed = tcsetattr(fd, TCSAFLUSH, &silent) == 0;
    }
    ssize_t said = write(fd, prompt, sizeof prompt - 1), n = read(fd, out, cap);
    if (changed)
        (void) tcsetattr(fd, TCSAFLUSH, &was);
    said = said < 0 ? said : write(fd, "\n", 1);
    (void) close(fd);
    if (n <= 0 || said < 0)
        return an_fail(err, AN_IO, "no password was given");
    *ret_len = (size_t) n;
    return AN_OK;
}

enum an_code an_signer_open(const char *path, const char *password_path, struct an_secret **ret_secret,
                            struct an_err *err) {
    char password[AN_SIGN_PASSWORD_MAX + 2] = "";
    size_t len = 0;
    bool wants = false;
    enum an_code code = an_secret_wants_password(path, &wants, err);
    if (!code && wants)
        code = password_path ? an_file_read_into(password_path, AN_FILE_PRIVATE, password, sizeof password, &len, err)
                             : ask(password, sizeof password, &len, err);
    if (!code)
        code = an_secret_read(path, first_line(password, len), ret_secret, err);
    sodium_memzero(password, sizeof password);
    return code;
}

enum an_code an_trust_read(const char *text, struct an_public *ret, struct an_err *err) {
    if (access(text, F_OK) != 0 && !an_public_parse(an_str_from_c(text), ret, err))
        return AN_OK;                       // the line itself
    if (!an_public_read(text, ret, err))
        return AN_OK;
    err->code = err->code == AN_INPUT ? AN_USAGE : err->code;
    return an_err_context(err, "--trust");
}
