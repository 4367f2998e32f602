package io.hpc4j.store.json;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * An object of JSON: fields in the order they were put. Absent and {@code null} are the same. For one thread.
 *
 * <p>A field that has another form than the one asked for is an {@link IllegalArgumentException} that names it.
 */
public final class JsonObject {

    private static final int NANO_DIGITS = 9;

    /** More digits before the point than any {@link Duration} has. */
    private static final int MOST_DIGITS = 19;

    private final Map<String, Object> fields;

    /** An object without fields. */
    public JsonObject() {
        this(new LinkedHashMap<>());
    }

    JsonObject(Map<String, Object> fields) {
        this.fields = fields;
    }

    Map<String, Object> fields() {
        return Collections.unmodifiableMap(fields);
    }

    // ---------------------------------------------------------------- reading

    /**
     * Reads one object.
     *
     * @throws IllegalArgumentException if the text is not an object of JSON, or has a field twice
     */
    public static JsonObject parse(String text) {
        if (JsonText.parse(text) instanceof JsonObject object) {
            return object;
        }
        throw new IllegalArgumentException("not an object of JSON, which begins with '{'");
    }

    /** A field of any kind. */
    public Optional<Object> get(String name) {
        return Optional.ofNullable(fields.get(name));
    }

    /** A text. */
    public Optional<String> string(String name) {
        return get(name).map(v -> as(name, String.class, v));
    }

    /** A text that must be there. */
    public String text(String name) {
        return string(name).orElseThrow(() -> missing(name));
    }

    /** A text that must be the name of one of an enum's constants. */
    public <E extends Enum<E>> Optional<E> word(String name, Class<E> type) {
        return string(name).map(word -> word(name, word, type));
    }

    /** A flag; false if absent. */
    public boolean flag(String name) {
        return get(name).map(v -> as(name, Boolean.class, v)).orElse(false);
    }

    /** A whole number. */
    public OptionalLong number(String name) {
        Optional<Long> value = get(name).map(v -> wholeNumber(name, as(name, Number.class, v)));
        return value.isEmpty() ? OptionalLong.empty() : OptionalLong.of(value.get());
    }

    /** A whole number of 32 bits. */
    public OptionalInt integer(String name) {
        OptionalLong value = number(name);
        if (value.isEmpty()) {
            return OptionalInt.empty();
        }
        if (value.getAsLong() != (int) value.getAsLong()) {
            throw new IllegalArgumentException(
                    "field '%s' is no number of 32 bits: %d".formatted(name, value.getAsLong()));
        }
        return OptionalInt.of((int) value.getAsLong());
    }

    /** A number with a fraction. */
    public OptionalDouble decimal(String name) {
        Optional<Double> value = get(name).map(v -> fraction(name, v));
        return value.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(value.get());
    }

    /** A duration, written as a number of seconds. */
    public Optional<Duration> seconds(String name) {
        return get(name).map(v -> duration(name, exact(as(name, Number.class, v))));
    }

    /** An instant, written as ISO-8601. */
    public Optional<Instant> instant(String name) {
        return string(name).map(text -> instant(name, text));
    }

    /** An object. */
    public Optional<JsonObject> object(String name) {
        return get(name).map(v -> as(name, JsonObject.class, v));
    }

    /** The objects of an array; none if absent. */
    public List<JsonObject> objects(String name) {
        return list(name, JsonObject.class);
    }

    /** The texts of an array; none if absent. */
    public List<String> strings(String name) {
        return list(name, String.class);
    }

    /** The fields of an object whose values are texts; none if absent. */
    public Map<String, String> stringMap(String name) {
        Map<String, String> all = new LinkedHashMap<>();
        object(name).ifPresent(o -> o.fields.forEach((k, v) -> all.put(k, as(k, String.class, v))));
        return all;
    }

    /** The names of the fields, in their order. */
    public Collection<String> names() {
        return List.copyOf(fields.keySet());
    }

    private <T> List<T> list(String name, Class<T> type) {
        List<T> all = new ArrayList<>();
        for (Object item : get(name).map(v -> (List<?>) as(name, List.class, v)).orElse(List.of())) {
            all.add(as(name, type, item));
        }
        return all;
    }

    private static <T> T as(String name, Class<T> type, Object value) {
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException(
                    "field '%s' is no %s: %s".formatted(name, type.getSimpleName(), Shown.of(value)));
        }
        return type.cast(value);
    }

    static <E extends Enum<E>> E word(String name, String word, Class<E> type) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant.name().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("field '%s' is none of %s: %s"
                        .formatted(name, Arrays.toString(type.getEnumConstants()), Shown.of(word))));
    }

    private static BigDecimal exact(Number number) {
        return number instanceof BigDecimal exact ? exact : new BigDecimal(number.toString());
    }

    private static long wholeNumber(String name, Number number) {
        try {
            return number instanceof Long whole ? whole : exact(number).longValueExact();
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    "field '%s' is no whole number of 64 bits: %s".formatted(name, number), e);
        }
    }

    /** JSON has no infinity: it stands in quotes. */
    private static double fraction(String name, Object value) {
        if (value.equals("Infinity")) {
            return Double.POSITIVE_INFINITY;
        }
        return as(name, Number.class, value).doubleValue();
    }

    private static Duration duration(String name, BigDecimal seconds) {
        if (seconds.precision() - (long) seconds.scale() > MOST_DIGITS) {
            throw new IllegalArgumentException("field '%s' is longer than any duration: %s".formatted(name, seconds));
        }
        return Duration.ofSeconds(
                seconds.longValue(),
                seconds.remainder(BigDecimal.ONE).movePointRight(NANO_DIGITS).longValue());
    }

    private static Instant instant(String name, String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "field '%s' is no instant such as 2026-03-01T10:00:00Z: %s".formatted(name, Shown.of(text)), e);
        }
    }

    private static IllegalArgumentException missing(String name) {
        return new IllegalArgumentException("field '" + name + "' is missing");
    }

    // ---------------------------------------------------------------- writing

    /**
     * Sets a field: a text, number, flag, object, map of such, ordered by its keys, or a collection of such; what is empty
     * is left out.
     */
    public JsonObject put(String name, Object value) {
        Object plain = plain(value);
        if (!(plain instanceof Optional)) {
            fields.put(JsonText.name(name), plain);
        }
        return this;
    }

    private static Object plain(Object value) {
        if (value instanceof Optional<?> o) {
            return o.isPresent() ? plain(o.get()) : o;
        } else if (value instanceof OptionalInt i) {
            return i.isPresent() ? (Object) i.getAsInt() : Optional.empty();
        } else if (value instanceof OptionalLong l) {
            return l.isPresent() ? (Object) l.getAsLong() : Optional.empty();
        } else if (value instanceof OptionalDouble d) {
            return d.isPresent() ? (Object) d.getAsDouble() : Optional.empty();
        } else if (value instanceof Duration d) {
            return BigDecimal.valueOf(d.getSeconds())
                    .add(BigDecimal.valueOf(d.getNano(), NANO_DIGITS))
                    .stripTrailingZeros();
        } else if (value instanceof Map<?, ?> m) {
            return plain(m);
        } else if (value instanceof Number || value instanceof Boolean || value instanceof JsonObject) {
            return value;
        } else if (value instanceof Collection<?> c) {
            return c.stream().map(JsonObject::plain).toList();
        }
        return value.toString();
    }

    private static JsonObject plain(Map<?, ?> map) {
        Map<String, Object> sorted = new TreeMap<>();
        map.forEach((k, v) -> sorted.put(k.toString(), v));
        JsonObject object = new JsonObject();
        sorted.forEach(object::put);
        return object;
    }

    /** A copy that lacks a field. */
    public JsonObject without(String name) {
        Map<String, Object> rest = new LinkedHashMap<>(fields);
        rest.remove(name);
        return new JsonObject(rest);
    }

    /**
     * The object in the one form that a digest can be taken of: RFC 8785, but with exact numbers, see the module's page. Two
     * objects with the same fields and values have the same canonical form.
     */
    public String canonical() {
        return CanonicalJson.of(this);
    }

    /** The object on one line. */
    @Override
    public String toString() {
        return JsonText.write(this);
    }
}
