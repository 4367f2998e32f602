package io.hpc4j.store.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * JSON as text, read and written by the streaming API of Jackson. Half a surrogate pair, for which UTF-8 has no bytes, is
 * written as an escape such as {@code \}{@code ud800}; in the name of a field, where Jackson reads no such escape, it is
 * replaced by U+FFFD.
 */
final class JsonText {

    /** A reader of foreign text is not made to nest without end. */
    private static final int DEEPEST = 50;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private JsonText() {}

    // ---------------------------------------------------------------- reading

    /** Reads one value of any kind. */
    static Object parse(String text) {
        try (JsonParser parser = FACTORY.createParser(text)) {
            parser.nextToken();
            Object value = value(parser, 0);
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException("not JSON: there is text after the end of the value");
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
            case VALUE_NUMBER_FLOAT -> fraction(parser);
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> Optional.empty();
            default -> throw new IllegalArgumentException("not JSON: " + token);
        };
    }

    /** Exact, but for the sign of zero, which only a {@code double} has. */
    private static Number fraction(JsonParser parser) throws IOException {
        BigDecimal exact = parser.getDecimalValue();
        return exact.signum() == 0 ? (Number) Double.valueOf(parser.getText()) : exact;
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

    // ---------------------------------------------------------------- writing

    /** Writes a value on one line. */
    static String write(Object value) {
        StringWriter out = new StringWriter();
        try (JsonGenerator generator = FACTORY.createGenerator(out)) {
            write(generator, value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return withoutHalfPairs(out.toString(), "\\u%04x"::formatted);
    }

    private static void write(JsonGenerator out, Object value) throws IOException {
        if (value instanceof JsonObject object) {
            out.writeStartObject();
            for (Map.Entry<String, Object> field : object.fields().entrySet()) {
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
        } else if (value instanceof Number n) {
            writeNumber(out, n);
        } else if (value instanceof Boolean b) {
            out.writeBoolean(b);
        } else {
            out.writeString(value.toString());
        }
    }

    /** What is no number in JSON, infinity for one, becomes a text by Jackson's own default. */
    private static void writeNumber(JsonGenerator out, Number n) throws IOException {
        if (n instanceof BigDecimal exact) {
            out.writeNumber(exact);
        } else if (n instanceof Double fraction) {
            out.writeNumber(fraction);
        } else {
            out.writeNumber(n.longValue());
        }
    }

    /** The name of a field, without what could not be read back. */
    static String name(String text) {
        return withoutHalfPairs(text, half -> "\ufffd");
    }

    private static String withoutHalfPairs(String text, IntFunction<String> instead) {
        if (text.codePoints().noneMatch(JsonText::isHalfPair)) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> out.append(isHalfPair(c) ? instead.apply(c) : Character.toString(c)));
        return out.toString();
    }

    static boolean isHalfPair(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }
}
