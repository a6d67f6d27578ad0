/* SPDX-License-Identifier: MIT */
/* GUIDs. DEFINE_GUID declares, and after <initguid.h> it defines. */
#ifndef RD_SDK_GUIDDEF_H
#define RD_SDK_GUIDDEF_H

#include "rd_decl.h"
/* As in the original, <windows.h> brings the string functions along by way of this file. */
#ifdef __RUNDOWN__
#include "string.h"
#endif

#ifndef GUID_DEFINED
#define GUID_DEFINED
typedef struct _GUID {
    unsigned int Data1;
    unsigned short Data2;
    unsigned short Data3;
    unsigned char Data4[8];
} GUID;
#endif

typedef GUID *LPGUID, IID, *LPIID, CLSID, *LPCLSID, FMTID, *LPFMTID, UUID;
typedef const GUID *LPCGUID;

#ifdef __cplusplus
#define REFGUID const GUID &
#define REFIID const IID &
#define REFCLSID const IID &
extern "C++" {
inline bool operator==(const GUID &a, const GUID &b) {
    return !__builtin_memcmp(&a, &b, sizeof(a));
}
inline bool operator!=(const GUID &a, const GUID &b) {
    return !(a == b);
}
inline int IsEqualGUID(const GUID &a, const GUID &b) {
    return a == b;
}
inline int InlineIsEqualGUID(const GUID &a, const GUID &b) {
    return a == b;
}
}
#else
#define REFGUID const GUID *
#define REFIID const IID *
#define REFCLSID const IID *
#define IsEqualGUID(a, b) (!__builtin_memcmp((a), (b), sizeof(GUID)))
#define InlineIsEqualGUID(a, b) IsEqualGUID(a, b)
#endif
#define IsEqualIID(a, b) IsEqualGUID(a, b)
#define IsEqualCLSID(a, b) IsEqualGUID(a, b)

#endif

/* Outside the guard: <initguid.h> includes this file again to switch to definitions. */
#undef DEFINE_GUID
#ifdef INITGUID
#ifdef __cplusplus
#define RD_SDK_GUID_LINKAGE extern "C" const
#else
#define RD_SDK_GUID_LINKAGE const
#endif
#define DEFINE_GUID(name, l, w1, w2, b1, b2, b3, b4, b5, b6, b7, b8)                               \
    RD_SDK_GUID_LINKAGE GUID DECLSPEC_SELECTANY name = {l, w1, w2, {b1, b2, b3, b4, b5, b6, b7, b8}}
#else
#define DEFINE_GUID(name, l, w1, w2, b1, b2, b3, b4, b5, b6, b7, b8) EXTERN_C const GUID name
#endif
