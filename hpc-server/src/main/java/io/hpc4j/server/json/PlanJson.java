package io.hpc4j.server.json;

import io.hpc4j.core.JobPlan;
import io.hpc4j.store.json.JsonObject;
import java.util.List;

/** A plan as JSON; see {@code docs/cli.md} for its fields. */
public final class PlanJson {

    private PlanJson() {}

    /** Writes a plan. */
    public static JsonObject toJson(JobPlan plan) {
        return new JsonObject()
                .put("isRefused", plan.isRefused())
                .put("expectedStart", plan.expectedStart())
                .put("nodes", plan.nodes())
                .put("fields", plan.fields().stream().map(PlanJson::field).toList())
                .put("warnings", plan.warnings())
                .put("commands", plan.commands())
                .put("script", plan.script());
    }

    private static JsonObject field(JobPlan.Field field) {
        return new JsonObject()
                .put("name", field.name())
                .put("outcome", field.outcome())
                .put("asked", field.asked())
                .put("becomes", field.becomes())
                .put("why", field.why());
    }

    /**
     * Reads what {@link #toJson} wrote.
     *
     * @throws IllegalArgumentException if a field is missing or has another form
     */
    public static JobPlan fromJson(JsonObject in) {
        JobPlan.Builder out = JobPlan.builder().nodes(in.strings("nodes"));
        in.instant("expectedStart").ifPresent(out::expectedStart);
        in.objects("fields").forEach(f -> out.field(field(f)));
        in.strings("warnings").forEach(out::warning);
        in.string("script").ifPresent(out::script);
        if (in.get("commands").orElse(List.of()) instanceof List<?> commands) {
            commands.forEach(words -> out.command(words(words)));
        }
        return out.build();
    }

    private static List<String> words(Object command) {
        return new JsonObject().put("words", command).strings("words");
    }

    private static JobPlan.Field field(JsonObject in) {
        return new JobPlan.Field(
                in.text("name"),
                JobPlan.Outcome.valueOf(in.text("outcome")),
                in.string("asked"),
                in.string("becomes"),
                in.string("why"));
    }
}
