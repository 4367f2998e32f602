package io.hpc4j.local;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the values of settings. Each method says in its exception which setting has which value and what it may be. */
final class SettingReader {

    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");
    private static final Pattern BYTES = Pattern.compile("(\\d{1,12})([kmgt]?)(i?b)?", Pattern.CASE_INSENSITIVE);
    private static final Pattern QUEUE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final String QUEUE_FORM = "short:priority=10:walltime=10m:slots=4:running=2,long";

    private SettingReader() {}

    static int number(String name, String value, int least) {
        try {
            int number = Integer.parseInt(value);
            if (number >= least) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw unreadable(name, value, "a number of at least " + least, e);
        }
        throw unreadable(name, value, "a number of at least " + least, null);
    }

    static Duration duration(String name, String value) {
        Matcher m = DURATION.matcher(value);
        if (!m.matches()) {
            throw unreadable(name, value, "a time such as 500ms, 2s, 10m or 1h", null);
        }
        long amount = Long.parseLong(m.group(1));
        return switch (m.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    static long bytes(String name, String value) {
        Matcher m = BYTES.matcher(value);
        if (!m.matches() || Long.parseLong(m.group(1)) == 0) {
            throw unreadable(name, value, "a size such as 512M or 4G", null);
        }
        int power = " kmgt".indexOf(m.group(2).isEmpty() ? " " : m.group(2).toLowerCase(Locale.ROOT));
        return Math.multiplyExact(Long.parseLong(m.group(1)), 1L << (10 * power));
    }

    /** {@code short:priority=10:walltime=10m:slots=4:running=2,long}; the first one is the default queue. */
    static List<QueueSettings> queues(String name, String value) {
        List<QueueSettings> queues = new ArrayList<>();
        for (String text : value.split(",", -1)) {
            QueueSettings queue = queue(name, text);
            if (queues.stream().anyMatch(q -> q.name().equals(queue.name()))) {
                throw unreadable(name, value, "each queue once", null);
            }
            queues.add(queue);
        }
        return queues;
    }

    private static QueueSettings queue(String name, String text) {
        String[] parts = text.split(":", -1);
        if (!QUEUE_NAME.matcher(parts[0]).matches()) {
            throw unreadable(name, text, "queues such as " + QUEUE_FORM, null);
        }
        int priority = 0;
        Optional<Duration> walltime = Optional.empty();
        OptionalInt slots = OptionalInt.empty();
        OptionalInt running = OptionalInt.empty();
        for (String part : List.of(parts).subList(1, parts.length)) {
            int equals = part.indexOf('=');
            String limit = equals < 0 ? part : part.substring(0, equals);
            String of = parts[0] + "'s " + limit;
            String given = part.substring(equals + 1);
            switch (limit) {
                case "priority" -> priority = number(of, given, Integer.MIN_VALUE);
                case "walltime" -> walltime = Optional.of(duration(of, given));
                case "slots" -> slots = OptionalInt.of(number(of, given, 1));
                case "running" -> running = OptionalInt.of(number(of, given, 1));
                default -> throw unreadable(name, text, "queues such as " + QUEUE_FORM, null);
            }
        }
        return new QueueSettings(parts[0], priority, walltime, slots, running);
    }

    static IllegalArgumentException unreadable(String name, String value, String form, @Nullable Throwable cause) {
        return new IllegalArgumentException(
                "the local cluster's setting %s must be %s, was '%s'".formatted(name, form, value), cause);
    }
}
