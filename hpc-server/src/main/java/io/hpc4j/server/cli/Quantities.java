package io.hpc4j.server.cli;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads and writes durations, sizes and instants as people do. */
final class Quantities {

    private static final Pattern UNITS = Pattern.compile(
            "(?:(?<d>\\d{1,9})d)?(?:(?<h>\\d{1,9})h)?(?:(?<m>\\d{1,9})m)?(?:(?<s>\\d{1,9}(?:\\.\\d{1,9})?)s)?");
    private static final Pattern CLOCK =
            Pattern.compile("(?:(?<d>\\d{1,6})-)?(?:(?<h>\\d{1,9}):)?(?<m>\\d{1,9}):(?<s>\\d{1,2})");
    private static final Pattern SIZE =
            Pattern.compile("(?<n>\\d{1,18}(?:\\.\\d{1,9})?)\\s*(?<unit>[KMGTP]?)(?:i?B)?", Pattern.CASE_INSENSITIVE);
    private static final String UNIT_LETTERS = "KMGTP";
    private static final long KIBI = 1024;

    private Quantities() {}

    /**
     * Reads {@code 90s}, {@code 1h30m}, {@code 2:00:00}, {@code 45:00} (minutes and seconds), {@code 1-12:00:00}.
     *
     * @throws IllegalArgumentException if it has another form
     */
    static Duration duration(String text) {
        Matcher units = UNITS.matcher(text);
        if (!text.isEmpty() && units.matches()) {
            return of(units.group("d"), units.group("h"), units.group("m"), units.group("s"));
        }
        Matcher clock = CLOCK.matcher(text);
        if (clock.matches()) {
            return of(clock.group("d"), clock.group("h"), clock.group("m"), clock.group("s"));
        }
        throw new IllegalArgumentException("a time looks like 90s, 45m, 2h, 1h30m or 2:00:00, was '" + text + "'");
    }

    private static Duration of(
            @Nullable String days, @Nullable String hours, @Nullable String minutes, @Nullable String seconds) {
        BigDecimal nanos = new BigDecimal(seconds == null ? "0" : seconds).movePointRight(9);
        return Duration.ofDays(days == null ? 0 : Long.parseLong(days))
                .plusHours(hours == null ? 0 : Long.parseLong(hours))
                .plusMinutes(minutes == null ? 0 : Long.parseLong(minutes))
                .plusNanos(nanos.longValue());
    }

    /**
     * Reads {@code 512M}, {@code 4G}, {@code 1.5GiB} or a number of bytes; units are powers of 1024.
     *
     * @throws IllegalArgumentException if it has another form or is too large
     */
    static long bytes(String text) {
        Matcher m = SIZE.matcher(text);
        if (!m.matches()) {
            throw new IllegalArgumentException("a size looks like 512M, 4G or 1.5G, was '" + text + "'");
        }
        int power = UNIT_LETTERS.indexOf(m.group("unit").toUpperCase(Locale.ROOT)) + 1;
        power = m.group("unit").isEmpty() ? 0 : power;
        BigDecimal bytes =
                new BigDecimal(m.group("n")).multiply(BigDecimal.valueOf(KIBI).pow(power));
        if (bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw new IllegalArgumentException("'" + text + "' is more than any machine has");
        }
        return bytes.longValue();
    }

    /**
     * Reads an instant: {@code +1h} from now, {@code 18:30} (the next one), {@code 2026-03-01T08:00} here or with a zone.
     *
     * @throws IllegalArgumentException if it has another form
     */
    static Instant instant(String text, Clock clock) {
        if (text.startsWith("+")) {
            return clock.instant().plus(duration(text.substring(1)));
        }
        ZonedDateTime now = clock.instant().atZone(clock.getZone());
        try {
            if (text.indexOf('T') < 0) {
                ZonedDateTime today = now.with(LocalTime.parse(text));
                return (today.isBefore(now) ? today.plusDays(1) : today).toInstant();
            }
            boolean hasZone = text.endsWith("Z") || text.matches(".*T.*[+-]\\d\\d:\\d\\d");
            return hasZone
                    ? OffsetDateTime.parse(text).toInstant()
                    : LocalDateTime.parse(text).atZone(clock.getZone()).toInstant();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "an instant looks like +1h, 18:30, 2026-03-01T08:00 or 2026-03-01T07:00:00Z, was '" + text + "'",
                    e);
        }
    }

    /** {@code 0.35s}, {@code 12.0s}, {@code 4:05}, {@code 2:00:00}, {@code 1-02:00:00}. */
    static String show(Duration time) {
        long seconds = time.toSeconds();
        if (seconds < 10) {
            return String.format(Locale.ROOT, "%d.%02ds", seconds, time.toMillisPart() / 10);
        } else if (seconds < 60) {
            return String.format(Locale.ROOT, "%d.%ds", seconds, time.toMillisPart() / 100);
        }
        long days = seconds / 86_400;
        long hours = seconds / 3600 % 24;
        String rest = String.format(Locale.ROOT, "%02d:%02d", seconds / 60 % 60, seconds % 60);
        if (days > 0) {
            return String.format(Locale.ROOT, "%d-%02d:%s", days, hours, rest);
        }
        return hours > 0 ? hours + ":" + rest : rest.startsWith("0") ? rest.substring(1) : rest;
    }

    /** {@code 512B}, {@code 3.4M}, {@code 64G}. */
    static String show(long bytes) {
        if (bytes < KIBI) {
            return bytes + "B";
        }
        double value = bytes;
        int power = 0;
        while (value >= KIBI && power < UNIT_LETTERS.length()) {
            value /= KIBI;
            power++;
        }
        String form = value < 10 && value != Math.rint(value) ? "%.1f%c" : "%.0f%c";
        return String.format(Locale.ROOT, form, value, UNIT_LETTERS.charAt(power - 1));
    }
}
