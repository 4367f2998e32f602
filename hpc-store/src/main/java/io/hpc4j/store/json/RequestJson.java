package io.hpc4j.store.json;

import io.hpc4j.core.Dependency;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import io.hpc4j.core.Payload;
import java.util.OptionalInt;

/**
 * A request as JSON, whole: what is read back asks for the same as what was written. The values of its environment are
 * part of it, since it could not be submitted again without them; they may be secret, so keep it like a password.
 */
public final class RequestJson {

    private RequestJson() {}

    /** Writes a request as a line to be kept: with the {@code format} in which it is. */
    public static String write(JobRequest request) {
        return put(Format.begin(), request).toString();
    }

    /**
     * Reads what this or an earlier version wrote.
     *
     * @throws IllegalArgumentException if it is no request, asks for what this version does not know, or has a format that
     *     only later versions know
     */
    public static JobRequest read(String text) {
        return fromJson(Format.parse(text));
    }

    /** Writes a request as a part of something else. */
    public static JsonObject toJson(JobRequest request) {
        return put(new JsonObject(), request);
    }

    private static JsonObject put(JsonObject out, JobRequest request) {
        payload(request.payload(), out);
        if (request.launch() != defaultLaunch(request.payload())) {
            out.put("launch", request.launch());
        }
        out.put("name", request.name())
                .put("workingDirectory", request.workingDirectory())
                .put("nodes", request.nodes())
                .put("tasks", tasks(request))
                .put("cpusPerTask", request.cpusPerTask())
                .put("memoryPerNodeBytes", request.memoryPerNodeBytes())
                .put("gpusPerNode", request.gpusPerNode())
                .put("gpuType", request.gpuType())
                .put("walltimeSeconds", request.walltime())
                .put("queue", request.queue())
                .put("account", request.account())
                .put("environment", request.environment())
                .put("modules", request.modules())
                .put("stdin", request.stdin())
                .put("stdout", request.stdout())
                .put("stderr", request.stderr())
                .put("mail", request.mail().map(RequestJson::mail))
                .put(
                        "dependencies",
                        request.dependencies().stream()
                                .map(d -> new JsonObject().put("type", d.type()).put("job", d.job()))
                                .toList())
                .put("beginAt", request.beginAt())
                .put("priority", request.priority())
                .put("exclusive", request.exclusive())
                .put("held", request.held())
                .put("retries", request.retries())
                .put("nativeOptions", request.nativeOptions())
                .put("key", request.key())
                .put("labels", request.labels());
        return out;
    }

    private static void payload(Payload payload, JsonObject out) {
        if (payload instanceof Payload.Command c) {
            out.put("command", c.arguments());
        } else if (payload instanceof Payload.ScriptText s) {
            out.put("script", s.text());
        } else if (payload instanceof Payload.ScriptFile f) {
            out.put("scriptFile", f.path()).put("arguments", f.arguments());
        }
    }

    private static Dependency.Type type(JsonObject dependency) {
        return JsonObject.word("type", dependency.text("type"), Dependency.Type.class);
    }

    private static JobRequest.Launch defaultLaunch(Payload payload) {
        return payload instanceof Payload.Command ? JobRequest.Launch.PER_TASK : JobRequest.Launch.ONCE;
    }

    /** None if it is what it would be anyway. */
    private static OptionalInt tasks(JobRequest request) {
        return request.tasks() == request.nodes() ? OptionalInt.empty() : OptionalInt.of(request.tasks());
    }

    private static JsonObject mail(JobRequest.Mail mail) {
        return new JsonObject().put("address", mail.address()).put("events", mail.events());
    }

    /**
     * Reads what {@link #toJson} wrote.
     *
     * @throws IllegalArgumentException if a field is missing or has another form, or the request is not allowed
     */
    public static JobRequest fromJson(JsonObject in) {
        JobRequest.Builder out = JobRequest.of(payload(in));
        in.word("launch", JobRequest.Launch.class).ifPresent(out::launch);
        in.string("name").ifPresent(out::name);
        in.string("workingDirectory").ifPresent(out::workingDirectory);
        in.integer("nodes").ifPresent(out::nodes);
        in.integer("tasks").ifPresent(out::tasks);
        in.integer("cpusPerTask").ifPresent(out::cpusPerTask);
        in.number("memoryPerNodeBytes").ifPresent(out::memoryPerNodeBytes);
        in.integer("gpusPerNode").ifPresent(out::gpusPerNode);
        in.string("gpuType").ifPresent(out::gpuType);
        in.seconds("walltimeSeconds").ifPresent(out::walltime);
        in.string("queue").ifPresent(out::queue);
        in.string("account").ifPresent(out::account);
        out.environment(in.stringMap("environment"));
        in.strings("modules").forEach(out::module);
        in.string("stdin").ifPresent(out::stdin);
        in.string("stdout").ifPresent(out::stdout);
        in.string("stderr").ifPresent(out::stderr);
        in.object("mail").ifPresent(m -> readMail(m, out));
        for (JsonObject d : in.objects("dependencies")) {
            out.dependsOn(type(d), JobId.of(d.text("job")));
        }
        in.instant("beginAt").ifPresent(out::beginAt);
        in.integer("priority").ifPresent(out::priority);
        out.exclusive(in.flag("exclusive")).held(in.flag("held"));
        in.object("retries")
                .ifPresent(r -> r.names()
                        .forEach(state -> out.retryOn(
                                JsonObject.word("retries", state, JobState.class),
                                r.integer(state).orElseThrow())));
        in.object("nativeOptions")
                .ifPresent(n -> n.names()
                        .forEach(backend -> n.strings(backend).forEach(option -> out.nativeOption(backend, option))));
        in.string("key").ifPresent(out::key);
        in.stringMap("labels").forEach(out::label);
        return out.build();
    }

    private static Payload payload(JsonObject in) {
        if (in.get("command").isPresent()) {
            return new Payload.Command(in.strings("command"));
        } else if (in.get("script").isPresent()) {
            return new Payload.ScriptText(in.text("script"));
        }
        String path = in.string("scriptFile")
                .orElseThrow(() -> new IllegalArgumentException(
                        "one of the fields 'command', 'script' and 'scriptFile' must say what to run"));
        return new Payload.ScriptFile(path, in.strings("arguments"));
    }

    private static void readMail(JsonObject in, JobRequest.Builder out) {
        out.mail(
                in.text("address"),
                in.strings("events").stream()
                        .map(event -> JsonObject.word("events", event, JobRequest.MailEvent.class))
                        .toArray(JobRequest.MailEvent[]::new));
    }
}
