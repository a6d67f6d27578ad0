/* SPDX-License-Identifier: MIT */
/* Sharing modes of files. */
#ifndef RD_SDK_SHARE_H
#define RD_SDK_SHARE_H

#define _SH_COMPAT 0x00
#define _SH_DENYRW 0x10
#define _SH_DENYWR 0x20
#define _SH_DENYRD 0x30
#define _SH_DENYNO 0x40

#endif
