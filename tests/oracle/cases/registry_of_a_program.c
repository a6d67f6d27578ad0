/*
 * Keys and values of the registry: created, opened, set, queried, enumerated and deleted; what is
 * refused; an event that tells of a change.
 *
 * rules: -
 */
#include <stdio.h>
#include <string.h>
#include <windows.h>

#define TRY(call) printf("%s: %ld\n", #call, (LONG)(call))

static const char place[] = "Software\\RundownOracle";
static HKEY key;

static void show(const char *name, DWORD room) {
    BYTE bytes[64];
    DWORD type = 99, size = room;
    LONG error = RegQueryValueExA(key, name, NULL, &type, bytes, &size);

    printf("%s: %ld", name, error);
    if (error == 0 || error == ERROR_MORE_DATA)
        printf(", type %lu, size %lu", type, size);
    for (DWORD i = 0; error == 0 && i < size; i++)
        printf(" %02X", bytes[i]);
    printf("\n");
}

static void make_keys(void) {
    HKEY deep, again;
    DWORD disposition = 9;

    TRY(RegOpenKeyExA(HKEY_CURRENT_USER, place, 0, KEY_READ, &key));
    TRY(RegCreateKeyExA(HKEY_CURRENT_USER, place, 0, NULL, 0, KEY_ALL_ACCESS, NULL, &key,
                        &disposition));
    printf("disposition %lu\n", disposition);
    TRY(RegCreateKeyExA(key, "a\\b\\c", 0, NULL, 0, KEY_ALL_ACCESS, NULL, &deep, &disposition));
    printf("disposition %lu\n", disposition);
    TRY(RegCreateKeyExA(key, "A\\B", 0, NULL, 0, KEY_READ, NULL, &again, &disposition));
    printf("disposition %lu\n", disposition);
    TRY(RegCloseKey(again));
    TRY(RegCloseKey(deep));
    TRY(RegOpenKeyExA(key, "a\\x", 0, KEY_READ, &deep));
    TRY(RegOpenKeyExA(key, "", 0, KEY_READ, &again));
    TRY(RegSetValueExA(again, "x", 0, REG_BINARY, (const BYTE *)"x", 1));
    TRY(RegCloseKey(again));
}

static void use_values(void) {
    DWORD number = 0x12345678, type, size;

    TRY(RegSetValueExA(key, NULL, 0, REG_BINARY, (const BYTE *)"\1\2\3", 3));
    TRY(RegSetValueExA(key, "none", 0, REG_NONE, NULL, 0));
    TRY(RegSetValueExA(key, "number", 0, REG_DWORD, (const BYTE *)&number, sizeof number));
    TRY(RegSetValueExA(key, "short", 0, REG_SZ, (const BYTE *)"text", 4));
    TRY(RegSetValueExA(key, "text", 0, REG_SZ, (const BYTE *)"text", 5));
    TRY(RegSetValueExW(key, L"wide", 0, REG_SZ, (const BYTE *)L"wide", 10));
    show("number", 64);
    show("NUMBER", 2);
    show("text", 64);
    show("text", 3);
    show("short", 64);
    show("wide", 64);
    show("", 64);
    show("none", 64);
    show("missing", 64);
    size = 0;
    TRY(RegQueryValueExA(key, "text", NULL, &type, NULL, &size));
    printf("type %lu, size %lu\n", type, size);
    TRY(RegQueryValueExW(key, L"text", NULL, NULL, NULL, &size));
    printf("size %lu\n", size);
    TRY(RegQueryValueExA(key, "text", NULL, NULL, (BYTE *)&number, NULL));
    TRY(RegQueryValueExA(key, "text", NULL, NULL, NULL, NULL));
    TRY(RegQueryValueExA(key, "text", &type, NULL, NULL, NULL));
    TRY(RegDeleteValueA(key, "short"));
    TRY(RegDeleteValueA(key, "short"));
}

static void enumerate(void) {
    char name[64];
    DWORD size, type;

    for (DWORD i = 0; i < 6; i++) {
        size = sizeof name;
        LONG error = RegEnumValueA(key, i, name, &size, NULL, &type, NULL, NULL);
        printf("value %lu: %ld", i, error);
        printf(error ? "\n" : " '%s' %lu type %lu\n", name, size, type);
    }
    for (DWORD i = 0; i < 2; i++) {
        size = sizeof name;
        LONG error = RegEnumKeyExA(key, i, name, &size, NULL, NULL, NULL, NULL);
        printf("key %lu: %ld", i, error);
        printf(error ? "\n" : " '%s' %lu\n", name, size);
    }
    size = 1;
    TRY(RegEnumKeyExA(key, 0, name, &size, NULL, NULL, NULL, NULL));
    size = 3;
    TRY(RegEnumValueA(key, 0, name, &size, NULL, NULL, NULL, NULL));
}

static void watch(void) {
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    HKEY other, again;

    TRY(RegNotifyChangeKeyValue(key, FALSE, REG_NOTIFY_CHANGE_LAST_SET, event, TRUE));
    printf("changed: %d\n", WaitForSingleObject(event, 0) == WAIT_OBJECT_0);
    RegOpenKeyExA(key, "a", 0, KEY_ALL_ACCESS, &other);
    RegSetValueExA(other, "x", 0, REG_BINARY, (const BYTE *)"x", 1);
    printf("changed below: %d\n", WaitForSingleObject(event, 0) == WAIT_OBJECT_0);
    RegSetValueExA(key, "x", 0, REG_BINARY, (const BYTE *)"x", 1);
    printf("changed: %d\n", WaitForSingleObject(event, 1000) == WAIT_OBJECT_0);
    ResetEvent(event);
    RegSetValueExA(key, "x", 0, REG_BINARY, (const BYTE *)"y", 1);
    printf("told once: %d\n", WaitForSingleObject(event, 0) != WAIT_OBJECT_0);
    RegOpenKeyExA(key, NULL, 0, KEY_NOTIFY, &again);
    TRY(RegNotifyChangeKeyValue(again, TRUE, REG_NOTIFY_CHANGE_NAME, event, TRUE));
    RegSetValueExA(key, "x", 0, REG_BINARY, (const BYTE *)"z", 1);
    printf("a value is no name: %d\n", WaitForSingleObject(event, 0) != WAIT_OBJECT_0);
    TRY(RegDeleteKeyA(other, "b\\c"));
    printf("deleted below: %d\n", WaitForSingleObject(event, 1000) == WAIT_OBJECT_0);
    ResetEvent(event);
    TRY(RegNotifyChangeKeyValue(again, TRUE, REG_NOTIFY_CHANGE_NAME, event, TRUE));
    RegCloseKey(again);
    printf("closed: %d\n", WaitForSingleObject(event, 1000) == WAIT_OBJECT_0);
    RegCloseKey(other);
    RegDeleteValueA(key, "x");
    CloseHandle(event);
}

static void delete_keys(void) {
    HKEY child;

    TRY(RegDeleteKeyA(key, "a"));
    RegOpenKeyExA(key, "a\\b", 0, KEY_READ, &child);
    TRY(RegDeleteKeyA(key, "a\\b"));
    TRY(RegEnumKeyExA(child, 0, (char[8]){0}, &(DWORD){8}, NULL, NULL, NULL, NULL));
    TRY(RegCloseKey(child));
    TRY(RegDeleteKeyA(key, "a"));
    TRY(RegDeleteKeyA(key, "a"));
    TRY(RegDeleteKeyA(key, NULL));
    TRY(RegCloseKey(key));
    TRY(RegCloseKey(key));
    TRY(RegDeleteKeyA(HKEY_CURRENT_USER, place));
    TRY(RegCloseKey(HKEY_CURRENT_USER));
    TRY(RegCloseKey(NULL));
}

int main(void) {
    RegDeleteKeyA(HKEY_CURRENT_USER, place);
    make_keys();
    use_values();
    enumerate();
    watch();
    delete_keys();
    return 0;
}
