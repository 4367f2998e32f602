package io.hpc4j.server.json;

import io.hpc4j.core.Explanation;
import io.hpc4j.core.Reason;
import io.hpc4j.core.spi.Circumstances;
import io.hpc4j.store.json.JobJson;
import io.hpc4j.store.json.JsonObject;
import io.hpc4j.store.json.RequestJson;

/** An explanation as JSON; see {@code docs/cli.md} for its fields. */
public final class ExplanationJson {

    private ExplanationJson() {}

    /** Writes an explanation. */
    public static JsonObject toJson(Explanation explanation) {
        return new JsonObject()
                .put("id", explanation.job().id())
                .put("headline", explanation.headline())
                .put(
                        "reasons",
                        explanation.reasons().stream()
                                .map(ExplanationJson::toJson)
                                .toList())
                .put("expectedStart", explanation.expectedStart())
                .put(
                        "figures",
                        explanation.figures().stream()
                                .map(ExplanationJson::figure)
                                .toList())
                .put("stderr", explanation.stderr().map(ExplanationJson::output))
                .put("job", JobJson.toJson(explanation.job()));
    }

    private static JsonObject toJson(Reason reason) {
        return new JsonObject()
                .put("type", reason.type())
                .put("parameters", reason.parameters())
                .put("text", reason.text())
                .put("advice", reason.advice());
    }

    private static JsonObject figure(Explanation.Figure figure) {
        return new JsonObject()
                .put("measure", figure.measure())
                .put("used", figure.used())
                .put("limit", figure.limit())
                .put("text", figure.text());
    }

    private static JsonObject output(Explanation.Output output) {
        return new JsonObject()
                .put("path", output.path())
                .put("lastLines", output.lastLines())
                .put("trouble", output.trouble());
    }

    /** Writes what a scheduler tells of a job, with the whole of its request. */
    public static JsonObject toJson(Circumstances known) {
        return new JsonObject()
                .put("request", known.request().map(RequestJson::toJson))
                .put(
                        "reasons",
                        known.reasons().stream().map(ExplanationJson::toJson).toList())
                .put("expectedStart", known.expectedStart());
    }

    /**
     * Reads what {@link #toJson(Circumstances)} wrote.
     *
     * @throws IllegalArgumentException if a field has another form
     */
    public static Circumstances circumstances(JsonObject in) {
        return new Circumstances(
                in.object("request").map(RequestJson::fromJson),
                in.objects("reasons").stream().map(ExplanationJson::reason).toList(),
                in.instant("expectedStart"));
    }

    private static Reason reason(JsonObject in) {
        return new Reason(Reason.Type.valueOf(in.text("type")), in.stringMap("parameters"));
    }
}
