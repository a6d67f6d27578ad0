/* monitor.h - what monitor.sys and its client share. */
#define IOCTL_MONITOR_NEXT CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_READ_ACCESS)

typedef struct _MONITOR_EVENT {
    ULONG ParentId;
    ULONG ProcessId;
    BOOLEAN Create;
} MONITOR_EVENT, *PMONITOR_EVENT;
