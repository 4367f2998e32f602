package io.hpc4j.core.spi.command;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads and writes the walltimes of schedulers. Writing rounds up to the scheduler's unit, so that no job gets less
 * than it asked for; reading {@code UNLIMITED} and the like gives nothing.
 *
 * <ul>
 *   <li>Slurm: {@code minutes}, {@code minutes:seconds}, {@code hours:minutes:seconds}, {@code days-hours},
 *       {@code days-hours:minutes}, {@code days-hours:minutes:seconds} (sbatch(1), {@code --time}); CPU times of
 *       sacct(1) have a fraction of a second.
 *   <li>PBS and Torque: {@code [[[days:]hours:]minutes:]seconds[.milliseconds]} (pbs_resources(7), Torque's
 *       pbs_resources_linux(7)).
 *   <li>Grid Engine: seconds as a decimal, octal or hexadecimal number, or {@code hours:minutes:seconds} where a zero
 *       may be left out (sge_types(1), "time_specifier").
 * </ul>
 */
public final class Walltimes {

    private static final long MINUTE = 60;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;
    private static final int NANO_DIGITS = 9;

    private static final Set<String> SLURM_NONE =
            Set.of("UNLIMITED", "INFINITE", "NOT_SET", "PARTITION_LIMIT", "INVALID", "N/A", "NONE");
    private static final Set<String> PBS_NONE = Set.of("-", "--", "UNLIMITED", "INFINITE");
    private static final Set<String> GRID_ENGINE_NONE = Set.of("INFINITY", "NONE", "N/A");

    private static final String FRACTION = "(?:\\.(?<fraction>\\d{1,9}))?";
    private static final Pattern SLURM_DAYS =
            Pattern.compile("(?<d>\\d{1,9})-(?<h>\\d{1,9})(?::(?<m>\\d{1,9})(?::(?<s>\\d{1,9})" + FRACTION + ")?)?");
    private static final Pattern SLURM_MINUTES = Pattern.compile("(?<m>\\d{1,9})");
    private static final Pattern CLOCK =
            Pattern.compile("(?:(?<h>\\d{1,9}):)?(?<m>\\d{1,9}):(?<s>\\d{1,9})" + FRACTION);
    private static final Pattern PBS =
            Pattern.compile("(?:(?:(?:(?<d>\\d{1,9}):)?(?<h>\\d{1,9}):)?(?<m>\\d{1,9}):)?(?<s>\\d{1,9})" + FRACTION);
    private static final Pattern GRID_ENGINE_CLOCK = Pattern.compile("(?<h>\\d{0,9}):(?<m>\\d{0,9}):(?<s>\\d{0,9})");
    private static final Pattern GRID_ENGINE_SECONDS =
            Pattern.compile("(?<dec>0|[1-9]\\d{0,17})|0[xX](?<hex>[0-9a-fA-F]{1,15})|0(?<oct>[0-7]{1,20})");

    private Walltimes() {}

    /**
     * Writes {@code HH:MM:SS}, or {@code D-HH:MM:SS} from a day on, rounded up to the second. Slurm itself counts in
     * minutes and rounds up.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public static String formatSlurm(Duration walltime) {
        long seconds = seconds(walltime);
        String clock = clock(seconds % DAY);
        return seconds < DAY ? clock : seconds / DAY + "-" + clock;
    }

    /**
     * Reads a walltime of Slurm.
     *
     * @return empty for {@code UNLIMITED}, {@code INFINITE}, {@code NOT_SET} and Slurm's other words for none
     * @throws IllegalArgumentException if it has another form
     */
    public static Optional<Duration> parseSlurm(String text) {
        if (SLURM_NONE.contains(text.toUpperCase(Locale.ROOT))) {
            return Optional.empty();
        }
        for (Pattern form : new Pattern[] {SLURM_DAYS, CLOCK, SLURM_MINUTES}) {
            Matcher m = form.matcher(text);
            if (m.matches()) {
                return Optional.of(duration(m, form));
            }
        }
        throw Shown.unreadable("a walltime of Slurm", "30, 30:00, 2:30:00, 1-12 or 1-12:30:00", text);
    }

    /**
     * Writes {@code HH:MM:SS} with as many hours as needed, rounded up to the second.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public static String formatPbs(Duration walltime) {
        return clock(seconds(walltime));
    }

    /**
     * Reads a walltime of PBS or Torque; a bare number is seconds.
     *
     * @return empty for {@code --} and the like
     * @throws IllegalArgumentException if it has another form
     */
    public static Optional<Duration> parsePbs(String text) {
        if (PBS_NONE.contains(text.toUpperCase(Locale.ROOT))) {
            return Optional.empty();
        }
        Matcher m = PBS.matcher(text);
        if (!m.matches()) {
            throw Shown.unreadable("a walltime of PBS", "90, 30:00, 2:30:00 or 1:12:30:00", text);
        }
        return Optional.of(duration(m, PBS));
    }

    /**
     * Writes seconds, rounded up.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public static String formatGridEngine(Duration walltime) {
        return Long.toString(seconds(walltime));
    }

    /**
     * Reads a time of Grid Engine.
     *
     * @return empty for {@code INFINITY} and {@code NONE}
     * @throws IllegalArgumentException if it has another form
     */
    public static Optional<Duration> parseGridEngine(String text) {
        if (GRID_ENGINE_NONE.contains(text.toUpperCase(Locale.ROOT))) {
            return Optional.empty();
        }
        Matcher clock = GRID_ENGINE_CLOCK.matcher(text);
        if (clock.matches()) {
            return Optional.of(duration(clock, GRID_ENGINE_CLOCK));
        }
        Matcher m = GRID_ENGINE_SECONDS.matcher(text);
        if (!m.matches()) {
            throw Shown.unreadable("a time of Grid Engine", "5400, 1:30:00, 1:: or INFINITY", text);
        }
        return Optional.of(Duration.ofSeconds(integer(m, text)));
    }

    private static long integer(Matcher m, String text) {
        try {
            if (m.group("dec") != null) {
                return Long.parseLong(m.group("dec"));
            }
            return m.group("hex") != null ? Long.parseLong(m.group("hex"), 16) : Long.parseLong(m.group("oct"), 8);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("a time of Grid Engine fits into 63 bits, was " + Shown.of(text), e);
        }
    }

    private static Duration duration(Matcher m, Pattern form) {
        long seconds =
                part(m, form, "d") * DAY + part(m, form, "h") * HOUR + part(m, form, "m") * MINUTE + part(m, form, "s");
        return Duration.ofSeconds(seconds, fraction(m, form));
    }

    private static long part(Matcher m, Pattern form, String name) {
        String digits = group(m, form, name);
        return digits.isEmpty() ? 0 : Long.parseLong(digits);
    }

    private static long fraction(Matcher m, Pattern form) {
        String digits = group(m, form, "fraction");
        return Long.parseLong(digits + "0".repeat(NANO_DIGITS - digits.length()));
    }

    private static String group(Matcher m, Pattern form, String name) {
        if (!form.pattern().contains("(?<" + name + ">")) {
            return "";
        }
        return Optional.ofNullable(m.group(name)).orElse("");
    }

    private static long seconds(Duration walltime) {
        if (walltime.isZero() || walltime.isNegative()) {
            throw new IllegalArgumentException("a walltime must be positive, was " + walltime);
        }
        return walltime.getNano() == 0 ? walltime.getSeconds() : Math.addExact(walltime.getSeconds(), 1);
    }

    private static String clock(long seconds) {
        return String.format(Locale.ROOT, "%02d:%02d:%02d", seconds / HOUR, seconds % HOUR / MINUTE, seconds % MINUTE);
    }
}
