package io.hpc4j.local;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Fields in a line: separated by tabs, with what would be mistaken for a separator escaped. */
final class Lines {

    private Lines() {}

    static String join(Collection<String> fields) {
        StringBuilder line = new StringBuilder();
        boolean first = true;
        for (String field : fields) {
            if (!first) {
                line.append('\t');
            }
            first = false;
            append(line, field);
        }
        return line.toString();
    }

    private static void append(StringBuilder line, String field) {
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            switch (c) {
                case '\\' -> line.append("\\\\");
                case '\t' -> line.append("\\t");
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                default -> {
                    if (isLoneSurrogate(field, i)) {
                        line.append("\\u").append(String.format("%04x", (int) c));
                    } else {
                        line.append(c);
                    }
                }
            }
        }
    }

    /** UTF-8 has no way to write it. */
    private static boolean isLoneSurrogate(String text, int i) {
        char c = text.charAt(i);
        if (Character.isHighSurrogate(c)) {
            return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
        }
        return Character.isLowSurrogate(c) && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
    }

    static List<String> split(String line) {
        List<String> fields = new ArrayList<>();
        int start = 0;
        while (true) {
            int tab = line.indexOf('\t', start);
            fields.add(unescaped(line.substring(start, tab < 0 ? line.length() : tab)));
            if (tab < 0) {
                return fields;
            }
            start = tab + 1;
        }
    }

    private static String unescaped(String field) {
        if (field.indexOf('\\') < 0) {
            return field;
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            if (c != '\\' || i + 1 == field.length()) {
                text.append(c);
                continue;
            }
            char escaped = field.charAt(++i);
            switch (escaped) {
                case 't' -> text.append('\t');
                case 'n' -> text.append('\n');
                case 'r' -> text.append('\r');
                case 'u' -> {
                    text.append((char) Integer.parseInt(field.substring(i + 1, i + 5), 16));
                    i += 4;
                }
                default -> text.append(escaped);
            }
        }
        return text.toString();
    }
}
