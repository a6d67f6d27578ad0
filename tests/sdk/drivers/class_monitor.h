// What the driver and its reader agree upon.
#pragma once

#define DRIVER_PREFIX "ClassMon: "
#define CLASSMON_DEVICE 0x8000
#define IOCTL_CLASSMON_KILL CTL_CODE(CLASSMON_DEVICE, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_CLASSMON_BOOST CTL_CODE(CLASSMON_DEVICE, 0x801, METHOD_NEITHER, FILE_ANY_ACCESS)

enum class ItemType : short { None, ProcessCreate, ProcessExit, ThreadCreate, ThreadExit };

struct ItemHeader {
    ItemType Type;
    USHORT Size;
    LARGE_INTEGER Time;
};

struct ProcessExitInfo : ItemHeader {
    ULONG ProcessId;
};

struct ProcessCreateInfo : ItemHeader {
    ULONG ProcessId;
    ULONG ParentProcessId;
    USHORT CommandLineLength;
    USHORT CommandLineOffset;
};

struct ThreadCreateExitInfo : ItemHeader {
    ULONG ThreadId;
    ULONG ProcessId;
};
