package io.hpc4j.core;

import java.time.Duration;
import java.util.Locale;

/** Durations and sizes for people. */
final class Amounts {

    private static final String UNITS = "KMGTPE";
    private static final double KIBI = 1024;

    private Amounts() {}

    /** {@code 0.35 s}, {@code 12 s}, {@code 4 min 5 s}, {@code 2 h}, {@code 1 d 2 h}. */
    static String show(Duration time) {
        if (time.compareTo(Duration.ofSeconds(10)) < 0) {
            return trimmed(String.format(Locale.ROOT, "%.2f", time.toMillis() / 1000.0)) + " s";
        }
        long seconds = time.toSeconds();
        long[] parts = {seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60, seconds % 60};
        String[] names = {"d", "h", "min", "s"};
        int first = 0;
        while (parts[first] == 0) {
            first++;
        }
        String text = parts[first] + " " + names[first];
        return first + 1 < parts.length && parts[first + 1] > 0
                ? text + " " + parts[first + 1] + " " + names[first + 1]
                : text;
    }

    /** {@code 512 B}, {@code 3.4 MiB}, {@code 64 GiB}. */
    static String bytes(double bytes) {
        if (bytes < KIBI) {
            return String.format(Locale.ROOT, "%.0f B", bytes);
        }
        double value = bytes;
        int power = 0;
        while (value >= KIBI && power < UNITS.length()) {
            value /= KIBI;
            power++;
        }
        return number(value) + " " + UNITS.charAt(power - 1) + "iB";
    }

    /** With one place behind the point, unless it is 0. */
    static String number(double value) {
        return trimmed(String.format(Locale.ROOT, "%.1f", value));
    }

    private static String trimmed(String number) {
        return number.indexOf('.') < 0 ? number : number.replaceAll("0+$", "").replaceAll("\\.$", "");
    }
}
