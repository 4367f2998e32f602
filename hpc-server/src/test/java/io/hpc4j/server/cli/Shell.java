package io.hpc4j.server.cli;

import io.hpc4j.core.Cluster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;

/** Runs the command within this JVM on a fake cluster, and keeps what it printed. */
final class Shell {

    final FakeCluster fake = new FakeCluster();
    final Map<String, String> env = new LinkedHashMap<>();
    private final Path folder;
    private InputStream in = InputStream.nullInputStream();
    private String openedUri = "";
    private String out = "";
    private String err = "";

    Shell(Path folder) {
        this.folder = folder;
        env.put("HOME", folder.toString());
    }

    Shell stdin(String text) {
        in = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    int run(String... arguments) {
        ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
        ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
        Surroundings around = new Surroundings(
                env,
                folder,
                in,
                new PrintStream(outBytes, false, StandardCharsets.UTF_8),
                new PrintStream(errBytes, false, StandardCharsets.UTF_8),
                false,
                Clock.fixed(Instant.parse("2026-03-01T10:00:10Z"), ZoneOffset.UTC),
                (uri, environment) -> {
                    openedUri = uri;
                    return Cluster.builder(uri).provider(fake).connect();
                });
        int code = Cli.run(around, arguments);
        out = outBytes.toString(StandardCharsets.UTF_8);
        err = errBytes.toString(StandardCharsets.UTF_8);
        return code;
    }

    /** What the last run printed. */
    String out() {
        return out;
    }

    /** What the last run told on standard error. */
    String err() {
        return err;
    }

    /** The address that the last run connected to. */
    String uri() {
        return openedUri;
    }
}
