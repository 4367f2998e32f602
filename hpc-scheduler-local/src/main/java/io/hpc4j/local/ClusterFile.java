package io.hpc4j.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The settings that a cluster was last opened with, for people and for messages. */
final class ClusterFile {

    private static final Logger log = LoggerFactory.getLogger(ClusterFile.class);

    private ClusterFile() {}

    static String read(Path folder) {
        try {
            return Files.readString(folder.resolve("cluster"), UTF_8).strip();
        } catch (IOException e) {
            return "";
        }
    }

    static void write(Path folder, LocalSettings settings) {
        String text = "nodes=%d&slots=%d&memory=%d&gpus=%d&queues=%s"
                .formatted(
                        settings.nodes(),
                        settings.slots(),
                        settings.memoryBytes(),
                        settings.gpus(),
                        String.join(
                                ",",
                                settings.queues().stream()
                                        .map(QueueSettings::name)
                                        .toList()));
        if (text.equals(read(folder))) {
            return;
        }
        try {
            Path fresh = Files.writeString(folder.resolve("cluster.new"), text + "\n", UTF_8);
            Files.move(fresh, folder.resolve("cluster"), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            log.warn("{}: its settings cannot be noted down: {}", folder, Failures.words(e));
        }
    }
}
