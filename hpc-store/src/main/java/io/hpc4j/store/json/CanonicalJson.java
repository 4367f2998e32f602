package io.hpc4j.store.json;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The one form of a value that a digest is taken of: no blanks, fields in the order of their names' UTF-16 units, the
 * shortest escapes. Source: RFC 8785, "JSON Canonicalization Scheme", section 3.2.
 *
 * <p>It differs in two points: numbers are written in the form of RFC 8785 (ECMAScript's), but exactly, and not rounded to
 * 64-bit floating point, where sizes above 2<sup>53</sup> bytes would change unseen; and half a surrogate pair, which RFC
 * 8785 refuses, is an escape such as {@code \}{@code ud800}.
 */
final class CanonicalJson {

    /** From ECMAScript's Number::toString: outside of this many digits there is an exponent. */
    private static final int MOST_DIGITS = 21;

    private static final int MOST_ZEROS = 6;

    private CanonicalJson() {}

    static String of(JsonObject object) {
        StringBuilder out = new StringBuilder();
        append(out, object);
        return out.toString();
    }

    private static void append(StringBuilder out, Object value) {
        if (value instanceof JsonObject object) {
            appendObject(out, object);
        } else if (value instanceof List<?> list) {
            appendList(out, list);
        } else if (value instanceof Number number) {
            out.append(isInfinite(number) ? "\"Infinity\"" : number(new BigDecimal(number.toString())));
        } else if (value instanceof Boolean) {
            out.append(value);
        } else {
            appendText(out, value.toString());
        }
    }

    /** What the writer puts in quotes, since JSON has no infinity. */
    private static boolean isInfinite(Number number) {
        return number instanceof Double fraction && fraction.isInfinite();
    }

    private static void appendObject(StringBuilder out, JsonObject object) {
        char before = '{';
        for (Map.Entry<String, Object> field : new TreeMap<>(object.fields()).entrySet()) {
            out.append(before);
            appendText(out, field.getKey());
            append(out.append(':'), field.getValue());
            before = ',';
        }
        out.append(before == '{' ? "{}" : "}");
    }

    private static void appendList(StringBuilder out, List<?> list) {
        char before = '[';
        for (Object item : list) {
            append(out.append(before), item);
            before = ',';
        }
        out.append(before == '[' ? "[]" : "]");
    }

    static String number(BigDecimal value) {
        if (value.signum() == 0) {
            return "0";
        }
        BigDecimal shortest = value.stripTrailingZeros();
        int beforePoint = shortest.precision() - shortest.scale();
        if (beforePoint <= MOST_DIGITS && beforePoint > -MOST_ZEROS) {
            return shortest.toPlainString();
        }
        String digits = shortest.unscaledValue().abs().toString();
        String sign = shortest.signum() < 0 ? "-" : "";
        String fraction = digits.length() == 1 ? "" : "." + digits.substring(1);
        return sign + digits.charAt(0) + fraction + "e%+d".formatted(beforePoint - 1);
    }

    private static void appendText(StringBuilder out, String text) {
        out.append('"');
        text.codePoints().forEach(c -> appendCharacter(out, c));
        out.append('"');
    }

    private static void appendCharacter(StringBuilder out, int c) {
        switch (c) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\b' -> out.append("\\b");
            case '\t' -> out.append("\\t");
            case '\n' -> out.append("\\n");
            case '\f' -> out.append("\\f");
            case '\r' -> out.append("\\r");
            default -> {
                if (c < ' ' || JsonText.isHalfPair(c)) {
                    out.append("\\u%04x".formatted(c));
                } else {
                    out.appendCodePoint(c);
                }
            }
        }
    }
}
