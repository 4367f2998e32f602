package io.hpc4j.store.json;

/**
 * The number of the form in which requests and jobs are kept. It grows only when an older version would misread the new
 * form; a field that is added does not make it grow, since fields that are not known are ignored.
 */
final class Format {

    private static final String FIELD = "format";
    private static final int NEWEST = 1;

    private Format() {}

    /** An object that says in which form it is. */
    static JsonObject begin() {
        return new JsonObject().put(FIELD, NEWEST);
    }

    /** Reads an object, unless it is of a form that only later versions know. */
    static JsonObject parse(String text) {
        JsonObject object = JsonObject.parse(text);
        long format = object.number(FIELD).orElse(NEWEST);
        if (format > NEWEST) {
            throw new IllegalArgumentException(
                    "this JSON has format %d, which a later version of HPC4J wrote; this one reads up to %d"
                            .formatted(format, NEWEST));
        }
        return object;
    }
}
