package io.hpc4j.server.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** An object of JSON: fields in the order they were put. Absent and {@code null} are the same. For one thread. */
public final class JsonObject {

    /** A reader of foreign text is not made to nest without end. */
    private static final int DEEPEST = 50;

    private static final int NANO_DIGITS = 9;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();

    private final Map<String, Object> fields;

    /** An object without fields. */
    public JsonObject() {
        this(new LinkedHashMap<>());
    }

    private JsonObject(Map<String, Object> fields) {
        this.fields = fields;
    }

    // ---------------------------------------------------------------- reading

    /**
     * Reads one object.
     *
     * @throws IllegalArgumentException if the text is not an object of JSON
     */
    public static JsonObject parse(String text) {
        if (parseAny(text) instanceof JsonObject object) {
            return object;
        }
        throw new IllegalArgumentException("not an object of JSON: " + text);
    }

    private static Object parseAny(String text) {
        try (JsonParser parser = FACTORY.createParser(text)) {
            parser.nextToken();
            Object value = value(parser, 0);
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException("text after the end of the JSON value: " + text);
            }
            return value;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Object value(JsonParser parser, int depth) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == null || depth > DEEPEST) {
            throw new IllegalArgumentException("not JSON: it ends too soon or nests too deep");
        }
        return switch (token) {
            case START_OBJECT -> object(parser, depth);
            case START_ARRAY -> array(parser, depth);
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT ->
                parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                        ? parser.getDecimalValue()
                        : (Object) parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> Optional.empty();
            default -> throw new IllegalArgumentException("not JSON: " + token);
        };
    }

    private static JsonObject object(JsonParser parser, int depth) throws IOException {
        Map<String, Object> fields = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            Object value = value(parser, depth + 1);
            if (!(value instanceof Optional)) {
                fields.put(name, value);
            }
        }
        return new JsonObject(fields);
    }

    private static List<Object> array(JsonParser parser, int depth) throws IOException {
        List<Object> values = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            values.add(value(parser, depth + 1));
        }
        return values;
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

    /** A flag; false if absent. */
    public boolean flag(String name) {
        return get(name).map(v -> as(name, Boolean.class, v)).orElse(false);
    }

    /** A whole number. */
    public OptionalLong number(String name) {
        Optional<Object> value = get(name);
        return value.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(as(name, Number.class, value.get()).longValue());
    }

    /** A whole number of 32 bits. */
    public OptionalInt integer(String name) {
        OptionalLong value = number(name);
        return value.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Math.toIntExact(value.getAsLong()));
    }

    /** A number with a fraction. */
    public OptionalDouble decimal(String name) {
        Optional<Object> value = get(name);
        return value.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(as(name, Number.class, value.get()).doubleValue());
    }

    /** A duration, written as a number of seconds. */
    public Optional<Duration> seconds(String name) {
        return get(name)
                .map(v -> new BigDecimal(as(name, Number.class, v).toString()))
                .map(v -> Duration.ofSeconds(
                        v.longValue(),
                        v.remainder(BigDecimal.ONE).movePointRight(NANO_DIGITS).longValue()));
    }

    /** An instant, written as ISO-8601. */
    public Optional<Instant> instant(String name) {
        return string(name).map(Instant::parse);
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
            throw new IllegalArgumentException("field '%s' is no %s: %s".formatted(name, type.getSimpleName(), value));
        }
        return type.cast(value);
    }

    private static IllegalArgumentException missing(String name) {
        return new IllegalArgumentException("field '" + name + "' is missing");
    }

    // ---------------------------------------------------------------- writing

    /** Sets a field: a text, number, flag, object, map of texts, or a collection of such; what is empty is left out. */
    public JsonObject put(String name, Object value) {
        Object plain = plain(value);
        if (!(plain instanceof Optional)) {
            fields.put(name, plain);
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
            JsonObject object = new JsonObject();
            m.forEach((k, v) -> object.put(k.toString(), v));
            return object;
        } else if (value instanceof Number || value instanceof Boolean || value instanceof JsonObject) {
            return value;
        } else if (value instanceof Collection<?> c) {
            return c.stream().map(JsonObject::plain).toList();
        }
        return value.toString();
    }

    /** The object on one line. */
    @Override
    public String toString() {
        StringWriter out = new StringWriter();
        try (JsonGenerator generator = FACTORY.createGenerator(out)) {
            write(generator, this);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString();
    }

    private static void write(JsonGenerator out, Object value) throws IOException {
        if (value instanceof JsonObject object) {
            out.writeStartObject();
            for (Map.Entry<String, Object> field : object.fields.entrySet()) {
                out.writeFieldName(field.getKey());
                write(out, field.getValue());
            }
            out.writeEndObject();
        } else if (value instanceof List<?> list) {
            out.writeStartArray();
            for (Object item : list) {
                write(out, item);
            }
            out.writeEndArray();
        } else if (value instanceof BigDecimal n) {
            out.writeNumber(n);
        } else if (value instanceof Double n) {
            out.writeNumber(n);
        } else if (value instanceof Number n) {
            out.writeNumber(n.longValue());
        } else if (value instanceof Boolean b) {
            out.writeBoolean(b);
        } else {
            out.writeString(value.toString());
        }
    }
}
