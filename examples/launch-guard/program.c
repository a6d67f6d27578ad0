/* Any program: the guard looks at its name only. */
int main(void) {
    return 3;
}
