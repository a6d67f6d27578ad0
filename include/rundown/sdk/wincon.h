/* SPDX-License-Identifier: MIT */
/* Everything about consoles is in consoleapi.h. */
#ifndef RD_SDK_WINCON_H
#define RD_SDK_WINCON_H

#include "consoleapi.h"

#endif
