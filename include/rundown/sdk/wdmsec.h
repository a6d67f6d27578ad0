/* SPDX-License-Identifier: MIT */
/* Security descriptors of devices. */
#ifndef RD_SDK_WDMSEC_H
#define RD_SDK_WDMSEC_H

#include "wdm.h"

RD_SDK_BEGIN

extern RD_SDK_PUBLIC const UNICODE_STRING SDDL_DEVOBJ_KERNEL_ONLY;
extern RD_SDK_PUBLIC const UNICODE_STRING SDDL_DEVOBJ_SYS_ALL;
extern RD_SDK_PUBLIC const UNICODE_STRING SDDL_DEVOBJ_SYS_ALL_ADM_ALL;
#define WdmlibIoCreateDeviceSecure IoCreateDeviceSecure

RD_SDK_END

#endif
