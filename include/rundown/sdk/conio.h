/* SPDX-License-Identifier: MIT */
/* The console, character by character. */
#ifndef RD_SDK_CONIO_H
#define RD_SDK_CONIO_H

#include "corecrt.h"

RD_CRT_BEGIN
int _getch(void);
int _getche(void);
int _ungetch(int c);
int _kbhit(void);
int _putch(int c);
int _cputs(const char *string);
int _cprintf(const char *format, ...);
int getch(void);
int getche(void);
int kbhit(void);
int putch(int c);
RD_CRT_END

#endif
