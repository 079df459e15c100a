/* FFmpeg's log callback takes a va_list, which only C can format. Everything else is in log.rs. */

#include <libavutil/log.h>
#include <stdatomic.h>

/* Called with one formatted line. */
typedef void (*fg_log_line)(void *object, int level, const char *line);
/* Whether a line of this object is the library's. */
typedef int (*fg_log_is_ours)(void *object);
typedef void (*log_callback)(void *object, int level, const char *format, va_list arguments);

static fg_log_line line_sink;
static fg_log_is_ours is_ours;
static int loudest;
static _Atomic(log_callback) others;

static void format_line(void *object, int level, const char *format, va_list arguments)
{
    char line[1024];
    int print_prefix = 0; /* the object's name would change with every build of FFmpeg */
    log_callback other = atomic_load(&others);

    if (other && !is_ours(object)) {
        other(object, level, format, arguments);
        return;
    }
    if (level > loudest)
        return;
    av_log_format_line2(object, level, format, arguments, line, sizeof line, &print_prefix);
    line_sink(object, level, line);
}

/* Sends lines up to the level `loudest_level` to `sink`, and none to stderr. Called once. */
void framegate_shim_log(fg_log_line sink, fg_log_is_ours ours, int loudest_level)
{
    line_sink = sink;
    is_ours = ours;
    loudest = loudest_level;
    av_log_set_callback(format_line);
}

/* Where lines go that are not the library's: a log_callback, or NULL. */
void framegate_shim_log_others(void (*callback)(void))
{
    atomic_store(&others, (log_callback)callback);
}
