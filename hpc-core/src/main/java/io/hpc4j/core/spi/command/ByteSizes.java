package io.hpc4j.core.spi.command;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads and writes the sizes of memory and storage of schedulers. All are bytes here. Reading rounds a fraction of a
 * byte to the nearest; writing rounds up to the scheduler's unit, so that no job gets less than it asked for.
 *
 * <ul>
 *   <li>Slurm: a number with {@code K M G T P E}, powers of 1024; without a suffix a request is in units of 1024²
 *       bytes (sbatch(1), {@code --mem}) and a figure of sacct in bytes. Older releases add {@code n} for "per node"
 *       or {@code c} for "per CPU": {@code 100Mn} (sacct(1), ReqMem).
 *   <li>PBS and Torque: a whole number with {@code b kb mb gb tb pb}, powers of 1024, or the same of words of 8 bytes
 *       with {@code w} (pbs_resources(7), "size").
 *   <li>Grid Engine: a number with {@code K M G T P E} for powers of 1024 or {@code k m g t p e} for powers of 1000,
 *       decimal, octal or hexadecimal (sge_types(1), "memory_specifier").
 * </ul>
 */
public final class ByteSizes {

    private static final int BINARY = 1024;
    private static final int DECIMAL = 1000;
    private static final int WORD_BYTES = 8;
    private static final String UNITS = "KMGTPE";
    private static final Set<String> NO_LIMIT = Set.of("INFINITY", "NONE", "N/A");

    private static final Pattern COMMON =
            Pattern.compile("(?<number>\\d{1,19}(?:\\.\\d{1,9})?)\\s?(?<unit>[KMGTPEkmgtpe]?)(?:[iI]?[bB])?");
    private static final Pattern SLURM = Pattern.compile("(?<size>[^nc]+)(?<per>[nc])?");
    private static final Pattern PBS = Pattern.compile("(?<number>\\d{1,19})(?<unit>[KMGTPEkmgtpe]?)(?<base>[bBwW]?)");
    private static final Pattern GRID_ENGINE = Pattern.compile(
            "(?:0[xX](?<hex>[0-9a-fA-F]{1,15})|(?<number>\\d{1,19}(?:\\.\\d{1,9})?))(?<unit>[KMGTPEkmgtpe]?)");

    private ByteSizes() {}

    /**
     * Reads {@code 4G}, {@code 1.5GB}, {@code 512 MiB}, {@code 512000kb}; all units are powers of 1024, a bare number
     * is bytes.
     *
     * @throws IllegalArgumentException if it has another form or does not fit into a {@code long}
     */
    public static long parse(String text) {
        Matcher m = COMMON.matcher(text);
        if (!m.matches()) {
            throw Shown.unreadable("a size", "4G, 1.5GB, 512000kb or 1048576", text);
        }
        return bytes(new BigDecimal(m.group("number")), m.group("unit"), BINARY, text);
    }

    /**
     * Reads a memory request of Slurm, {@code 4G}, {@code 100Mn}; a bare number is in units of 1024² bytes.
     *
     * @throws IllegalArgumentException if it has another form
     */
    public static long parseSlurm(String text) {
        Matcher m = SLURM.matcher(text);
        if (!m.matches()) {
            throw Shown.unreadable("a size of Slurm", "4G, 100Mn or 2048", text);
        }
        String size = m.group("size");
        return parse(Character.isDigit(size.charAt(size.length() - 1)) ? size + "M" : size);
    }

    /** Whether a memory request of Slurm is per CPU: {@code 100Mc}. */
    public static boolean isPerCpu(String text) {
        return text.endsWith("c");
    }

    /**
     * Writes {@code 65536M} for Slurm, rounded up to units of 1024² bytes.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public static String formatSlurm(long bytes) {
        return ceilDiv(positive(bytes), BINARY * BINARY) + "M";
    }

    /**
     * Reads a size of PBS or Torque: {@code 512000kb}, {@code 2gb}, {@code 4mw}; a bare number is bytes.
     *
     * @throws IllegalArgumentException if it has another form
     */
    public static long parsePbs(String text) {
        Matcher m = PBS.matcher(text);
        if (!m.matches()) {
            throw Shown.unreadable("a size of PBS", "512000kb, 2gb or 4mw", text);
        }
        boolean words = m.group("base").equalsIgnoreCase("w");
        BigDecimal number = new BigDecimal(m.group("number"));
        return bytes(words ? number.multiply(BigDecimal.valueOf(WORD_BYTES)) : number, m.group("unit"), BINARY, text);
    }

    /**
     * Writes {@code 65536kb} for PBS, rounded up to units of 1024 bytes.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public static String formatPbs(long bytes) {
        return ceilDiv(positive(bytes), BINARY) + "kb";
    }

    /**
     * Reads a size of Grid Engine: {@code 4G} is 4 · 1024³ bytes, {@code 4g} is 4 · 1000³.
     *
     * @return empty for {@code INFINITY} and {@code NONE}
     * @throws IllegalArgumentException if it has another form
     */
    public static OptionalLong parseGridEngine(String text) {
        if (NO_LIMIT.contains(text.toUpperCase(Locale.ROOT))) {
            return OptionalLong.empty();
        }
        Matcher m = GRID_ENGINE.matcher(text);
        if (!m.matches()) {
            throw Shown.unreadable("a size of Grid Engine", "4G, 4g, 12.5M, 0x100K or INFINITY", text);
        }
        String unit = m.group("unit");
        boolean binary = unit.equals(unit.toUpperCase(Locale.ROOT));
        return OptionalLong.of(bytes(gridEngineNumber(m, text), unit, binary ? BINARY : DECIMAL, text));
    }

    private static BigDecimal gridEngineNumber(Matcher m, String text) {
        if (m.group("hex") != null) {
            return new BigDecimal(new BigInteger(m.group("hex"), 16));
        }
        String number = m.group("number");
        boolean octal = number.length() > 1 && number.startsWith("0") && number.indexOf('.') < 0;
        try {
            return octal ? new BigDecimal(new BigInteger(number, 8)) : new BigDecimal(number);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not an octal number: " + Shown.of(text), e);
        }
    }

    /**
     * Writes {@code 65536K} for Grid Engine, rounded up to units of 1024 bytes.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public static String formatGridEngine(long bytes) {
        return ceilDiv(positive(bytes), BINARY) + "K";
    }

    private static long bytes(BigDecimal number, String unit, int base, String text) {
        int power = unit.isEmpty() ? 0 : UNITS.indexOf(unit.toUpperCase(Locale.ROOT)) + 1;
        BigDecimal bytes = number.multiply(BigDecimal.valueOf(base).pow(power)).setScale(0, RoundingMode.HALF_UP);
        if (bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw new IllegalArgumentException("a size is less than 8 EiB, was " + Shown.of(text));
        }
        return bytes.longValueExact();
    }

    private static long positive(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("a size must be at least 1 byte, was " + bytes);
        }
        return bytes;
    }

    private static long ceilDiv(long bytes, long unit) {
        return (bytes - 1) / unit + 1;
    }
}
