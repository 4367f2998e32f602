package io.hpc4j.local;

import io.hpc4j.core.Dependency;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import io.hpc4j.core.Payload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A request as fields of a line: a letter that says what it is, and the value. What has two parts is two fields, the
 * second with an equals sign as its letter. Only what differs from the default is written.
 */
final class RequestCodec {

    private RequestCodec() {}

    static void encode(JobRequest request, List<String> out) {
        payload(request.payload(), out);
        if (request.launch() != launchOf(request.payload())) {
            out.add("l" + request.launch());
        }
        request.name().ifPresent(v -> out.add("n" + v));
        request.workingDirectory().ifPresent(v -> out.add("w" + v));
        number("N", request.nodes(), 1, out);
        number("t", request.tasks(), request.nodes(), out);
        number("c", request.cpusPerTask(), 1, out);
        request.memoryPerNodeBytes().ifPresent(v -> out.add("m" + v));
        number("g", request.gpusPerNode(), 0, out);
        request.gpuType().ifPresent(v -> out.add("y" + v));
        request.walltime().ifPresent(v -> out.add("W" + v));
        request.queue().ifPresent(v -> out.add("q" + v));
        request.account().ifPresent(v -> out.add("a" + v));
        pairs("e", request.environment(), out);
        request.modules().forEach(v -> out.add("M" + v));
        request.stdin().ifPresent(v -> out.add("0" + v));
        request.stdout().ifPresent(v -> out.add("1" + v));
        request.stderr().ifPresent(v -> out.add("2" + v));
        request.mail().ifPresent(mail -> {
            out.add("@" + mail.address());
            mail.events().stream().sorted().forEach(event -> out.add("=" + event));
        });
        request.dependencies().forEach(d -> pair("d", d.type().name(), d.job().nativeId(), out));
        request.beginAt().ifPresent(v -> out.add("b" + v));
        request.priority().ifPresent(v -> out.add("p" + v));
        if (request.exclusive()) {
            out.add("x");
        }
        if (request.held()) {
            out.add("h");
        }
        request.retries().forEach((end, times) -> pair("r", end.name(), times.toString(), out));
        request.nativeOptions().forEach((backend, all) -> all.forEach(option -> pair("O", backend, option, out)));
        request.key().ifPresent(v -> out.add("k" + v));
        pairs("L", request.labels(), out);
    }

    private static void payload(Payload payload, List<String> out) {
        if (payload instanceof Payload.Command command) {
            command.arguments().forEach(a -> out.add("C" + a));
        } else if (payload instanceof Payload.ScriptText script) {
            out.add("S" + script.text());
        } else if (payload instanceof Payload.ScriptFile file) {
            out.add("F" + file.path());
            file.arguments().forEach(a -> out.add("C" + a));
        }
    }

    private static JobRequest.Launch launchOf(Payload payload) {
        return JobRequest.of(payload).build().launch();
    }

    private static void number(String letter, int value, int usual, List<String> out) {
        if (value != usual) {
            out.add(letter + value);
        }
    }

    private static void pairs(String letter, Map<String, String> map, List<String> out) {
        map.forEach((name, value) -> pair(letter, name, value, out));
    }

    private static void pair(String letter, String name, String value, List<String> out) {
        out.add(letter + name);
        out.add("=" + value);
    }

    /** Reads what {@link #encode} wrote. */
    static JobRequest decode(List<String> fields) {
        int at = 0;
        String first = fields.get(0);
        List<String> words = new ArrayList<>();
        if (!first.startsWith("C")) {
            at++;
        }
        while (at < fields.size() && fields.get(at).startsWith("C")) {
            words.add(fields.get(at++).substring(1));
        }
        Payload payload = switch (first.charAt(0)) {
            case 'S' -> new Payload.ScriptText(first.substring(1));
            case 'F' -> new Payload.ScriptFile(first.substring(1), words);
            default -> new Payload.Command(words);
        };
        JobRequest.Builder builder = JobRequest.of(payload);
        while (at < fields.size()) {
            String field = fields.get(at++);
            List<String> parts = new ArrayList<>();
            while (at < fields.size() && fields.get(at).startsWith("=")) {
                parts.add(fields.get(at++).substring(1));
            }
            apply(builder, field.charAt(0), field.substring(1), parts);
        }
        return builder.build();
    }

    private static void apply(JobRequest.Builder builder, char letter, String value, List<String> parts) {
        switch (letter) {
            case 'l' -> builder.launch(JobRequest.Launch.valueOf(value));
            case 'n' -> builder.name(value);
            case 'w' -> builder.workingDirectory(value);
            case 'N' -> builder.nodes(Integer.parseInt(value));
            case 't' -> builder.tasks(Integer.parseInt(value));
            case 'c' -> builder.cpusPerTask(Integer.parseInt(value));
            case 'm' -> builder.memoryPerNodeBytes(Long.parseLong(value));
            case 'g' -> builder.gpusPerNode(Integer.parseInt(value));
            case 'y' -> builder.gpuType(value);
            case 'W' -> builder.walltime(Duration.parse(value));
            case 'q' -> builder.queue(value);
            case 'a' -> builder.account(value);
            case 'e' -> builder.environment(value, parts.get(0));
            case 'M' -> builder.module(value);
            case '0' -> builder.stdin(value);
            case '1' -> builder.stdout(value);
            case '2' -> builder.stderr(value);
            case '@' ->
                builder.mail(
                        value, parts.stream().map(JobRequest.MailEvent::valueOf).toArray(JobRequest.MailEvent[]::new));
            case 'd' -> builder.dependsOn(Dependency.Type.valueOf(value), JobId.of(parts.get(0)));
            case 'b' -> builder.beginAt(Instant.parse(value));
            case 'p' -> builder.priority(Integer.parseInt(value));
            case 'x' -> builder.exclusive(true);
            case 'h' -> builder.held(true);
            case 'r' -> builder.retryOn(JobState.valueOf(value), Integer.parseInt(parts.get(0)));
            case 'O' -> builder.nativeOption(value, parts.get(0));
            case 'k' -> builder.key(value);
            case 'L' -> builder.label(value, parts.get(0));
            default -> throw new IllegalArgumentException("a request has no field " + letter);
        }
    }
}
