// C++ in an image: global objects, exceptions, virtual functions, static variables of functions.
extern "C" void record(int value);

struct base {
    virtual ~base() {}
    virtual int number() const {
        return 1;
    }
};

struct derived : base {
    int number() const override {
        return 2;
    }
};

struct global {
    int value;
    global() : value(40) {
        record(1);
    }
    ~global() {
        record(2);
    }
};

static global object;
inline int unique_counter = 3;

static int thrower(int value) {
    struct guard {
        ~guard() {
            record(3);
        }
    } on_exit;
    if (value > 0)
        throw value;
    derived other;
    throw derived(other);
}

extern "C" int objects_run(int value) {
    try {
        return thrower(value);
    } catch (int caught) {
        return caught + object.value + unique_counter;
    } catch (const base &caught) {
        base *copy = new derived;
        int sum = caught.number() * 10 + (dynamic_cast<derived *>(copy) ? copy->number() : 0);
        delete copy;
        return sum;
    }
}

int wmain(int, wchar_t **) {
    return 0;
}
