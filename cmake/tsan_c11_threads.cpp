// The C11 threads that librdkafka is built on, as POSIX threads: linked into tests under the thread
// sanitizer alone. GCC's knows nothing of thrd_create: a thread made by it has no state of the
// sanitizer's and crashes in the first call that is watched, and what mtx_lock orders looks like a
// race. glibc has the same bytes in both kinds of object (nptl/thrd_priv.h), so that a cast is all.

#include <cerrno>
#include <cstdint>
#include <memory>
#include <pthread.h>
#include <threads.h>

namespace {

static_assert(sizeof(mtx_t) == sizeof(pthread_mutex_t));
static_assert(sizeof(cnd_t) == sizeof(pthread_cond_t));

struct Start {
    thrd_start_t begin;
    void* argument;
};

void* begin(void* given) {
    const std::unique_ptr<Start> start{static_cast<Start*>(given)};
    const int answer = start->begin(start->argument);
    return reinterpret_cast<void*>(static_cast<std::intptr_t>(answer));
}

int told(int error) {
    switch (error) {
        case 0: return thrd_success;
        case EBUSY: return thrd_busy;
        case ENOMEM: return thrd_nomem;
        case ETIMEDOUT: return thrd_timedout;
        default: return thrd_error;
    }
}

pthread_mutex_t* posix(mtx_t* mutex) {
    return reinterpret_cast<pthread_mutex_t*>(mutex);
}

pthread_cond_t* posix(cnd_t* condition) {
    return reinterpret_cast<pthread_cond_t*>(condition);
}

}  // namespace

extern "C" {

int thrd_create(thrd_t* thread, thrd_start_t start, void* argument) {
    auto given = std::make_unique<Start>(Start{start, argument});
    const int error = pthread_create(thread, nullptr, begin, given.get());
    if (error == 0) static_cast<void>(given.release());  // the thread's now
    return told(error);
}

int thrd_join(thrd_t thread, int* answer) {
    void* end = nullptr;
    const int error = pthread_join(thread, &end);
    if (answer != nullptr) *answer = static_cast<int>(reinterpret_cast<std::intptr_t>(end));
    return told(error);
}

int mtx_init(mtx_t* mutex, int kind) {
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    const bool recursive = (kind & mtx_recursive) != 0;
    pthread_mutexattr_settype(
        &attributes, recursive ? PTHREAD_MUTEX_RECURSIVE : PTHREAD_MUTEX_NORMAL
    );
    const int error = pthread_mutex_init(posix(mutex), &attributes);
    pthread_mutexattr_destroy(&attributes);
    return told(error);
}

int mtx_lock(mtx_t* mutex) {
    return told(pthread_mutex_lock(posix(mutex)));
}

int mtx_unlock(mtx_t* mutex) {
    return told(pthread_mutex_unlock(posix(mutex)));
}

void mtx_destroy(mtx_t* mutex) {
    pthread_mutex_destroy(posix(mutex));
}

int cnd_init(cnd_t* condition) {
    return told(pthread_cond_init(posix(condition), nullptr));
}

int cnd_signal(cnd_t* condition) {
    return told(pthread_cond_signal(posix(condition)));
}

int cnd_broadcast(cnd_t* condition) {
    return told(pthread_cond_broadcast(posix(condition)));
}

int cnd_wait(cnd_t* condition, mtx_t* mutex) {
    return told(pthread_cond_wait(posix(condition), posix(mutex)));
}

int cnd_timedwait(cnd_t* condition, mtx_t* mutex, const timespec* until) {
    return told(pthread_cond_timedwait(posix(condition), posix(mutex), until));
}

void cnd_destroy(cnd_t* condition) {
    pthread_cond_destroy(posix(condition));
}

}  // extern "C"
