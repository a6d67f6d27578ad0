// Static variables of every kind; addresses() gives where they are, in the order of the test.
static int plain[4];

namespace outer {
int inside;
static int hidden;
} // namespace outer

struct owner {
    static int member;
};
int owner::member;

static int *of_function() {
    static int kept;
    return &kept;
}

extern "C" void *address(int which) {
    switch (which) {
    case 0:
        return &plain[0];
    case 1:
        return &plain[2];
    case 2:
        return &outer::inside;
    case 3:
        return &outer::hidden;
    case 4:
        return &owner::member;
    case 5:
        return of_function();
    default:
        return new int;
    }
}

extern "C" int main() { return 0; }
