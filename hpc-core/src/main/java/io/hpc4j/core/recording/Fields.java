package io.hpc4j.core.recording;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * One line of a recording: a word that says what it is, fields {@code name=value} behind tabs, some of them more than
 * once, and at last a field {@code end} with a checksum, or {@code -} where nobody is to be kept from editing it.
 */
final class Fields {

    private static final String END = "\tend=";
    private static final String UNCHECKED = "-";
    private static final int HEX = 16;
    private static final int UNICODE_DIGITS = 4;

    private final String type;
    private final List<String> names = new ArrayList<>();
    private final List<String> values = new ArrayList<>();

    Fields(String type) {
        this.type = type;
    }

    String type() {
        return type;
    }

    Fields put(String name, Object value) {
        names.add(name);
        values.add(value.toString());
        return this;
    }

    Optional<String> find(String name) {
        int at = names.indexOf(name);
        return at < 0 ? Optional.empty() : Optional.of(values.get(at));
    }

    String get(String name) {
        return find(name)
                .orElseThrow(() -> new IllegalArgumentException(
                        "a line '%s' of a recording needs a field '%s', and has %s".formatted(type, name, names)));
    }

    List<String> all(String name) {
        List<String> found = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).equals(name)) {
                found.add(values.get(i));
            }
        }
        return found;
    }

    /** The line, without its end, and with a checksum. */
    String checked() {
        String line = line();
        return line + END + checksum(line);
    }

    /** The line, without its end, which may be edited. */
    String unchecked() {
        return line() + END + UNCHECKED;
    }

    private String line() {
        StringBuilder out = new StringBuilder(type);
        for (int i = 0; i < names.size(); i++) {
            out.append('\t').append(names.get(i)).append('=');
            escape(values.get(i), out);
        }
        return out.toString();
    }

    /** Reads a line; nothing if it is damaged. */
    static Optional<Fields> parse(String line) {
        int end = line.lastIndexOf(END);
        if (end < 0) {
            return Optional.empty();
        }
        String body = line.substring(0, end);
        String sum = line.substring(end + END.length());
        return sum.equals(UNCHECKED) || sum.equals(checksum(body)) ? split(body) : Optional.empty();
    }

    private static Optional<Fields> split(String body) {
        String[] parts = body.split("\t", -1);
        Fields fields = new Fields(parts[0]);
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            if (equals < 1) {
                return Optional.empty();
            }
            Optional<String> value = unescape(parts[i].substring(equals + 1));
            if (value.isEmpty()) {
                return Optional.empty();
            }
            fields.put(parts[i].substring(0, equals), value.get());
        }
        return Optional.of(fields);
    }

    private static String checksum(String line) {
        CRC32 crc = new CRC32();
        crc.update(line.getBytes(StandardCharsets.UTF_8));
        return "%08x".formatted(crc.getValue());
    }

    private static void escape(String value, StringBuilder out) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> out.append("\\\\");
                case '\t' -> out.append("\\t");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                default -> {
                    if (isPlain(c) || isHalfOfPair(value, i)) {
                        out.append(c);
                    } else {
                        out.append("\\u%04x".formatted((int) c));
                    }
                }
            }
        }
    }

    /** Whether it can stand in a line of UTF-8 as it is, whatever an editor takes for the end of a line. */
    private static boolean isPlain(char c) {
        return !Character.isISOControl(c) && !Character.isSurrogate(c) && c != '\u2028' && c != '\u2029';
    }

    private static boolean isHalfOfPair(String value, int i) {
        char c = value.charAt(i);
        return Character.isHighSurrogate(c)
                ? i + 1 < value.length() && Character.isLowSurrogate(value.charAt(i + 1))
                : Character.isLowSurrogate(c) && i > 0 && Character.isHighSurrogate(value.charAt(i - 1));
    }

    private static Optional<String> unescape(String text) {
        if (text.indexOf('\\') < 0) {
            return Optional.of(text);
        }
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\') {
                out.append(c);
                continue;
            }
            char next = ++i < text.length() ? text.charAt(i) : '?';
            switch (next) {
                case '\\' -> out.append('\\');
                case 't' -> out.append('\t');
                case 'n' -> out.append('\n');
                case 'r' -> out.append('\r');
                case 'u' -> {
                    int code = code(text, i + 1);
                    if (code < 0) {
                        return Optional.empty();
                    }
                    out.append((char) code);
                    i += UNICODE_DIGITS;
                }
                default -> {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(out.toString());
    }

    private static int code(String text, int from) {
        if (from + UNICODE_DIGITS > text.length()) {
            return -1;
        }
        try {
            return Integer.parseInt(text.substring(from, from + UNICODE_DIGITS), HEX);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
