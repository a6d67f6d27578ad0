// events.h - what events.sys and its client share.
#pragma once

#define IOCTL_EVENTS_NEXT CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_BUFFERED, FILE_ANY_ACCESS)

enum EventKind { ProcessCreated, ProcessEnded, ImageLoaded };

struct EventRecord {
    EventKind Kind;
    ULONG ProcessId;
    LONG ExitStatus; // of ProcessEnded
    WCHAR Name[40];  // the end of the image's name
};
