/*
 * The floating point conversions, as far as every Windows run-time library writes the same: old
 * ones print three digits of an exponent and new ones two, so only longer exponents appear here.
 *
 * rules: -
 */
#include <stdio.h>

int main(void) {
    printf("%f %f %f\n", 0.0, 1.5, -2.25);
    printf("%.0f %.1f %.2f %.3f %.10f\n", 3.14159, 3.14159, 3.14159, 3.14159, 3.14159);
    printf("[%8.2f] [%-8.2f] [%08.2f] [%+.2f] [% .2f]\n", 2.5, 2.5, 2.5, 2.5, 2.5);
    printf("%g %g %g %g %g\n", 0.5, 100000.0, 0.0001, 123456.0, -1.25);
    printf("%.3g %.10g %#g\n", 2.0 / 3.0, 2.0 / 3.0, 1.0);
    printf("%e %.2e %E\n", 1e100, 1.25e-200, 2.5e+300);
    printf("%g %G\n", 1e100, 1e-100);
    printf("%d %f %d %f\n", 1, 2.0, 3, 4.0);
    return 0;
}
