// Reads and writes four octets with full stops between them.
#include "ident/dotted.h"

bool an_dotted_read(struct an_str text, uint32_t *ret) {
    uint32_t address = 0, octet = 0;
    size_t digits = 0, octets = 0;
    for (size_t i = 0; i <= text.len; i++) {
        if (i < text.len && text.ptr[i] >= '0' && text.ptr[i] <= '9') {
            if (digits == 3 || (digits && octet == 0))
                return false;
            octet = octet * 10 + (uint32_t) (text.ptr[i] - '0');
            digits++;
            continue;
        }
        if ((i < text.len && text.ptr[i] != '.') || !digits || octet > 255 || octets == 4)
            return false;
        address = address << 8 | octet;
        octets++;
        octet = 0;
        digits = 0;
    }
    if (octets != 4)
        return false;
    *ret = address;
    return true;
}

size_t an_dotted_text(uint32_t address, char out[static AN_DOTTED_TEXT_MAX]) {
    size_t n = 0;
    for (int shift = 24; shift >= 0; shift -= 8) {
        unsigned octet = address >> shift & 0xFF;
        if (n)
            out[n++] = '.';
        if (octet >= 100)
            out[n++] = (char) ('0' + octet / 100);
        if (octet >= 10)
            out[n++] = (char) ('0' + octet / 10 % 10);
        out[n++] = (char) ('0' + octet % 10);
    }
    return n;
}
