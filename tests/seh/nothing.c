/* nothing.c - the program that is run beside driver.c. */
int main(void) {
    return 0;
}
