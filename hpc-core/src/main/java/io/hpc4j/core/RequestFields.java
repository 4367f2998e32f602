package io.hpc4j.core;

import io.hpc4j.core.spi.command.ShellQuoting;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The fields of a request by name, with what was asked for in words. */
final class RequestFields {

    /** All names, in the order in which they are shown. */
    static final List<String> NAMES = List.of(
            "command",
            "script",
            "scriptFile",
            "launch",
            "array",
            "name",
            "workingDirectory",
            "nodes",
            "tasks",
            "cpusPerTask",
            "memoryPerNodeBytes",
            "gpusPerNode",
            "gpuType",
            "walltime",
            "queue",
            "account",
            "environment",
            "modules",
            "stdin",
            "stdout",
            "stderr",
            "mail",
            "dependencies",
            "beginAt",
            "priority",
            "exclusive",
            "held",
            "retries",
            "nativeOptions",
            "key",
            "labels");

    private final Map<String, String> asked = new LinkedHashMap<>();

    private RequestFields() {}

    /** What was asked for; no values of the environment, which may be secret. */
    static Map<String, String> of(JobRequest request) {
        RequestFields fields = new RequestFields();
        fields.payload(request.payload());
        fields.shape(request);
        fields.put("name", request.name());
        fields.put("workingDirectory", request.workingDirectory());
        fields.put("walltime", request.walltime().map(Amounts::show));
        fields.put("queue", request.queue());
        fields.put("account", request.account());
        fields.put(
                "environment", request.environment().keySet().stream().sorted().toList());
        fields.put("modules", request.modules());
        fields.put("stdin", request.stdin());
        fields.put("stdout", request.stdout());
        fields.put("stderr", request.stderr());
        fields.put("mail", request.mail().map(m -> m.address() + " " + m.events()));
        fields.waiting(request);
        fields.put("retries", words(new TreeMap<>(request.retries())));
        fields.put("nativeOptions", words(new TreeMap<>(request.nativeOptions())));
        fields.put("key", request.key());
        fields.put("labels", words(new TreeMap<>(request.labels())));
        return fields.asked;
    }

    private void payload(Payload payload) {
        if (payload instanceof Payload.Command c) {
            asked.put("command", ShellQuoting.join(c.arguments()));
        } else if (payload instanceof Payload.ScriptText s) {
            asked.put("script", s.text().lines().count() + " lines");
        } else if (payload instanceof Payload.ScriptFile f) {
            asked.put("scriptFile", ShellQuoting.quote(f.path()) + after(f.arguments()));
        }
    }

    private static String after(List<String> arguments) {
        return arguments.isEmpty() ? "" : " " + ShellQuoting.join(arguments);
    }

    private void shape(JobRequest request) {
        asked.put("launch", request.launch().name());
        asked.put("nodes", Integer.toString(request.nodes()));
        asked.put("tasks", Integer.toString(request.tasks()));
        asked.put("cpusPerTask", Integer.toString(request.cpusPerTask()));
        if (request.memoryPerNodeBytes().isPresent()) {
            asked.put("memoryPerNodeBytes", Amounts.bytes((double)
                    request.memoryPerNodeBytes().getAsLong()));
        }
        if (request.gpusPerNode() > 0) {
            asked.put("gpusPerNode", Integer.toString(request.gpusPerNode()));
        }
        put("gpuType", request.gpuType());
    }

    private void waiting(JobRequest request) {
        put(
                "dependencies",
                request.dependencies().stream()
                        .map(d -> d.type() + " " + d.job())
                        .toList());
        put("beginAt", request.beginAt());
        if (request.priority().isPresent()) {
            asked.put("priority", Integer.toString(request.priority().getAsInt()));
        }
        put("exclusive", Optional.of("yes").filter(y -> request.exclusive()));
        put("held", Optional.of("yes").filter(y -> request.held()));
    }

    private static List<String> words(Map<?, ?> map) {
        return map.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).collect(Collectors.toList());
    }

    private void put(String name, Optional<?> value) {
        value.ifPresent(v -> asked.put(name, v.toString()));
    }

    private void put(String name, Collection<String> values) {
        if (!values.isEmpty()) {
            asked.put(name, String.join(", ", values));
        }
    }

    /** Which of them say no more than what would be so anyway. */
    static boolean isDefault(JobRequest request, String name) {
        return switch (name) {
            case "launch" ->
                (request.launch() == JobRequest.Launch.PER_TASK) == (request.payload() instanceof Payload.Command);
            case "nodes" -> request.nodes() == 1;
            case "tasks" -> request.tasks() == request.nodes();
            case "cpusPerTask" -> request.cpusPerTask() == 1;
            default -> false;
        };
    }
}
