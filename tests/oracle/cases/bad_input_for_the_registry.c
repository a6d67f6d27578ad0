/*
 * The registry: keys that are none, names and values that are not there, and buffers that are too
 * small.
 *
 * rules: HNDL-46
 * links: -ladvapi32
 */
#include "bad_input.h"

static HANDLE event;
static HKEY key;
static char text[8];

static void keys(void) {
    HKEY made;
    DWORD disposition;

    NUMBER(RegOpenKeyExA(NULL, "x", 0, KEY_READ, &made));
    NUMBER(RegOpenKeyExA(event, "x", 0, KEY_READ, &made));
    NUMBER(RegOpenKeyExA(key, "no such key", 0, KEY_READ, &made));
    NUMBER(RegCreateKeyExA(NULL, "x", 0, NULL, 0, KEY_READ, NULL, &made, &disposition));
    NUMBER(RegDeleteKeyA(key, "no such key"));
    NUMBER(RegDeleteKeyA(NULL, "x"));
    NUMBER(RegCloseKey(NULL));
    NUMBER(RegCloseKey((HKEY)0xDEAD0));
    NUMBER(RegFlushKey(NULL));
    NUMBER(RegFlushKey((HKEY)0xDEAD0));
    NUMBER(RegFlushKey(event));
}

static void values(void) {
    DWORD size = sizeof text, kind;

    NUMBER(RegQueryValueExA(NULL, "x", NULL, &kind, (BYTE *)text, &size));
    NUMBER(RegQueryValueExA(key, "no such value", NULL, &kind, (BYTE *)text, &size));
    NUMBER(RegSetValueExA(NULL, "x", 0, REG_SZ, (const BYTE *)"a", 2));
    NUMBER(RegSetValueExA(key, "long", 0, REG_SZ, (const BYTE *)"longer than that", 17));
    NUMBER(RegQueryValueExA(key, "long", NULL, &kind, (BYTE *)text, &size));
    printf("needed: %lu\n", size);
    NUMBER(RegQueryValueExA(key, "long", NULL, &kind, (BYTE *)text, NULL));
    NUMBER(RegDeleteValueA(key, "no such value"));
    NUMBER(RegDeleteValueA(NULL, "x"));
    size = 2;
    NUMBER(RegEnumValueA(key, 0, text, &size, NULL, NULL, NULL, NULL));
    size = sizeof text;
    NUMBER(RegEnumValueA(key, 99, text, &size, NULL, NULL, NULL, NULL));
    size = sizeof text;
    NUMBER(RegEnumKeyExA(key, 99, text, &size, NULL, NULL, NULL, NULL));
}

int main(void) {
    prepare();
    event = CreateEventA(NULL, TRUE, TRUE, NULL);
    RegCreateKeyExA(HKEY_CURRENT_USER, "Software\\bad input", 0, NULL, 0, KEY_ALL_ACCESS, NULL,
                    &key, NULL);
    keys();
    values();
    RegDeleteKeyA(HKEY_CURRENT_USER, "Software\\bad input");
    return 0;
}
