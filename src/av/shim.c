/* FFmpeg's log callback takes a va_list, which only C can format. Everything else is in log.rs. */

#include <libavutil/log.h>

/* Called with one formatted line. */
typedef void (*fg_log_line)(void *object, int level, const char *line);

static fg_log_line line_sink;
static int loudest;

static void format_line(void *object, int level, const char *format, va_list arguments)
{
    char line[1024];
    int print_prefix = 0; /* the object's name would change with every build of FFmpeg */

    if (level > loudest)
        return;
    av_log_format_line2(object, level, format, arguments, line, sizeof line, &print_prefix);
    line_sink(object, level, line);
}

/* Sends lines up to the level `loudest_level` to `sink`, and none to stderr. Called once. */
void framegate_shim_log(fg_log_line sink, int loudest_level)
{
    line_sink = sink;
    loudest = loudest_level;
    av_log_set_callback(format_line);
}
