package io.hpc4j.server.cli;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.ClusterUri;
import io.hpc4j.core.Finding;
import io.hpc4j.core.StateFolder;
import io.hpc4j.server.keeper.KeeperProvider;
import io.hpc4j.store.JdbcJobStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Connects to clusters: to one of this machine through its keeper, to others directly. */
final class Opening implements Surroundings.Opener {

    private static final List<Path> SETSID = List.of(Path.of("/usr/bin/setsid"), Path.of("/bin/setsid"));

    private static final List<String> NOT_KEPT = List.of("TieredStopAtLevel", "ArchiveClassesAtExit", "simpleLogger");

    @Override
    public Cluster open(String uri, Map<String, String> env) {
        Cluster.Builder builder = builder(uri, env);
        if (!env.getOrDefault("HPC_DATABASE", "").isBlank()) {
            remember(builder, env.getOrDefault("HPC_DATABASE", ""));
        }
        return builder.connect();
    }

    /** In a method of its own, so that a command without a database loads nothing of it. Open until this process ends. */
    private static void remember(Cluster.Builder builder, String database) {
        builder.store(JdbcJobStore.connect(database));
    }

    @Override
    public List<Finding> findings(String uri, Map<String, String> env) {
        return builder(uri, env).findings();
    }

    private static Cluster.Builder builder(String uri, Map<String, String> env) {
        Cluster.Builder builder =
                Cluster.builder(uri).state(StateFolder.of(env)).keepRecording();
        return ClusterUri.parse(uri).backend().equals("local")
                ? builder.provider(new KeeperProvider(env, Opening::keep))
                : builder;
    }

    /** This program again, in a session of its own, so that closing the terminal does not end it. */
    private static List<String> keep(String address) {
        List<String> command = new ArrayList<>();
        SETSID.stream().filter(Files::isExecutable).findFirst().ifPresent(setsid -> command.add(setsid.toString()));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options());
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of("io.hpc4j.server.HpcCommand", "keep", address));
        return command;
    }

    /** The options of this JVM, but for those that are for a short command, or for this one alone. */
    private static List<String> options() {
        try {
            String[] line = Files.readString(Path.of("/proc/self/cmdline"), StandardCharsets.UTF_8)
                    .split("\0");
            return Stream.of(line)
                    .skip(1)
                    .takeWhile(o -> o.startsWith("-") && !o.equals("-cp"))
                    .filter(o -> o.startsWith("-X") || o.startsWith("-D"))
                    .filter(o -> NOT_KEPT.stream().noneMatch(o::contains))
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
