package io.hpc4j.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Values as columns keep them: what one of the databases cannot keep is written otherwise, and equal stays equal. */
final class Columns {

    /** Fits into an index of PostgreSQL, a third of a page, whatever the characters. */
    private static final int LONGEST = 300;

    private static final int KEPT = 200;

    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999Z");

    private Columns() {}

    /**
     * A text to be found again. NUL and halves of surrogate pairs, which UTF-8 or PostgreSQL cannot hold, are escaped with
     * a backslash; of a long one the beginning and a digest are kept.
     */
    static String text(String value) {
        String safe = escaped(value);
        return safe.length() <= LONGEST ? safe : beginning(safe) + "…" + digest(value);
    }

    static @Nullable String text(Optional<String> value) {
        return value.map(Columns::text).orElse(null);
    }

    private static String beginning(String safe) {
        int end = Character.isHighSurrogate(safe.charAt(KEPT - 1)) ? KEPT - 1 : KEPT;
        return safe.substring(0, end);
    }

    private static String digest(String value) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha.digest(value.getBytes(StandardCharsets.UTF_16BE)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String escaped(String value) {
        if (value.chars().noneMatch(c -> c == '\\' || c == 0 || Character.isSurrogate((char) c))) {
            return value;
        }
        StringBuilder out = new StringBuilder();
        value.codePoints().forEach(c -> {
            if (c == '\\') {
                out.append("\\\\");
            } else if (c == 0 || isHalf(c)) {
                out.append("\\u%04x".formatted(c));
            } else {
                out.appendCodePoint(c);
            }
        });
        return out.toString();
    }

    private static boolean isHalf(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }

    /** A text back, if it was not cut. */
    static String original(String column) {
        if (column.indexOf('\\') < 0) {
            return column;
        }
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < column.length(); i++) {
            char c = column.charAt(i);
            if (c != '\\') {
                out.append(c);
            } else if (column.charAt(i + 1) == 'u') {
                out.append((char) Integer.parseInt(column.substring(i + 2, i + 6), 16));
                i += 5;
            } else {
                out.append(column.charAt(++i));
            }
        }
        return out.toString();
    }

    /** An instant to the microsecond, within the years that both databases know. */
    static OffsetDateTime instant(Instant value) {
        Instant known = value.isBefore(EARLIEST) ? EARLIEST : value.isAfter(LATEST) ? LATEST : value;
        return known.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
    }

    static @Nullable OffsetDateTime instant(Optional<Instant> value) {
        return value.map(Columns::instant).orElse(null);
    }
}
