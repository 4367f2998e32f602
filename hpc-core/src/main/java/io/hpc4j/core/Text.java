package io.hpc4j.core;

/** Checks and shows strings that come from outside. */
final class Text {

    private static final int SHOWN = 80;

    private Text() {}

    /** The value in quotes, cut and with control characters escaped, fit for a message. */
    static String quoted(String value) {
        StringBuilder out = new StringBuilder("'");
        value.codePoints().limit(SHOWN).forEach(c -> {
            if (c < ' ' || c == 0x7f) {
                out.append("\\x%02x".formatted(c));
            } else {
                out.appendCodePoint(c);
            }
        });
        out.append('\'');
        if (value.length() > SHOWN) {
            out.append("… (").append(value.length()).append(" characters)");
        }
        return out.toString();
    }

    /** The value with control characters escaped, so that it stays on its line and cannot steer a terminal. */
    static String printable(String value) {
        if (value.chars().noneMatch(Character::isISOControl)) {
            return value;
        }
        StringBuilder out = new StringBuilder();
        value.chars()
                .forEach(
                        c -> out.append(Character.isISOControl(c) ? "\\x%02x".formatted(c) : String.valueOf((char) c)));
        return out.toString();
    }

    /** Refuses line ends and NUL, which no scheduler's directive can carry. */
    static String oneLine(String what, String value) {
        if (value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0 || value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(what + " must be one line without NUL, was " + quoted(value));
        }
        return value;
    }

    /** Refuses NUL, which no argument list can carry. */
    static String withoutNul(String what, String value) {
        if (value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(what + " must not contain NUL, was " + quoted(value));
        }
        return value;
    }

    /** Refuses what is empty, longer than {@code longest}, or not one line. */
    static String word(String what, String value, int longest) {
        oneLine(what, value);
        if (value.isBlank() || value.length() > longest) {
            throw new IllegalArgumentException(
                    "%s must have 1 to %d characters, was %s".formatted(what, longest, quoted(value)));
        }
        return value;
    }

    static int compareNaturally(String a, String b) {
        int i = 0;
        int j = 0;
        while (i < a.length() && j < b.length()) {
            int iEnd = endOfDigits(a, i);
            int jEnd = endOfDigits(b, j);
            int order;
            if (iEnd > i && jEnd > j) {
                order = compareNumbers(a.substring(i, iEnd), b.substring(j, jEnd));
                i = iEnd;
                j = jEnd;
            } else {
                order = Character.compare(a.charAt(i++), b.charAt(j++));
            }
            if (order != 0) {
                return order;
            }
        }
        int rest = Integer.compare(a.length() - i, b.length() - j);
        return rest != 0 ? rest : a.compareTo(b);
    }

    private static int compareNumbers(String a, String b) {
        String x = withoutZeros(a);
        String y = withoutZeros(b);
        return x.length() != y.length() ? Integer.compare(x.length(), y.length()) : x.compareTo(y);
    }

    private static String withoutZeros(String digits) {
        int start = 0;
        while (start < digits.length() - 1 && digits.charAt(start) == '0') {
            start++;
        }
        return digits.substring(start);
    }

    private static int endOfDigits(String text, int from) {
        int end = from;
        while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        return end;
    }
}
