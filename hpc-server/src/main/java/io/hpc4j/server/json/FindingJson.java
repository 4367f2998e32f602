package io.hpc4j.server.json;

import io.hpc4j.core.Finding;
import io.hpc4j.store.json.JsonObject;

/** A finding as JSON; see {@code docs/cli.md} for its fields. */
public final class FindingJson {

    private FindingJson() {}

    /** Writes a finding. */
    public static JsonObject toJson(Finding finding) {
        return new JsonObject()
                .put("name", finding.name())
                .put("level", finding.level())
                .put("seen", finding.seen())
                .put("advice", finding.advice());
    }

    /**
     * Reads what {@link #toJson} wrote.
     *
     * @throws IllegalArgumentException if a field is missing or has another form
     */
    public static Finding fromJson(JsonObject in) {
        return new Finding(
                in.text("name"), Finding.Level.valueOf(in.text("level")), in.text("seen"), in.string("advice"));
    }
}
