package io.hpc4j.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hpc4j.core.ClusterUri;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalSettingsTest {

    private static LocalSettings settings(String uri) {
        return LocalSettings.from(ClusterUri.parse(uri), Map.of());
    }

    @Test
    void addressAloneIsOneNodeMadeOfThisMachine() {
        LocalSettings settings = settings("local:");

        assertThat(settings.nodeNames()).containsExactly("node1");
        assertThat(settings.slots()).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(settings.memoryBytes()).isPositive();
        assertThat(settings.gpus()).isZero();
        assertThat(settings.queues()).containsExactly(QueueSettings.DEFAULT);
    }

    @Test
    void everySettingIsRead() {
        LocalSettings settings = settings("local:/var/lib/x?nodes=3&slots=2&memory=4G&gpus=1&policy=fifo&grace=500ms"
                + "&recovery=15s&cgroups=never&sampling=1s&keep=10"
                + "&queues=short:priority=10:walltime=10m:slots=4:running=2,long");

        assertThat(settings.folder()).isEqualTo(Path.of("/var/lib/x"));
        assertThat(settings.nodeNames()).containsExactly("node1", "node2", "node3");
        assertThat(settings.memoryBytes()).isEqualTo(4L << 30);
        assertThat(settings.grace()).isEqualTo(Duration.ofMillis(500));
        assertThat(settings.recovery()).isEqualTo(Duration.ofSeconds(15));
        assertThat(settings.keep()).isEqualTo(10);
        assertThat(settings.queues()).extracting(QueueSettings::name).containsExactly("short", "long");
        assertThat(settings.queues().get(0).priority()).isEqualTo(10);
        assertThat(settings.queues().get(0).maxWalltime()).contains(Duration.ofMinutes(10));
        assertThat(settings.queues().get(0).maxSlots()).hasValue(4);
        assertThat(settings.queues().get(0).maxRunning()).hasValue(2);
    }

    @Test
    void stateIsWhereTheEnvironmentSays() {
        ClusterUri uri = ClusterUri.parse("local:");

        assertThat(LocalSettings.from(uri, Map.of("HPC_STATE", "/a", "XDG_STATE_HOME", "/b"))
                        .folder())
                .isEqualTo(Path.of("/a"));
        assertThat(LocalSettings.from(uri, Map.of("XDG_STATE_HOME", "/b")).folder())
                .isEqualTo(Path.of("/b/hpc4j/local"));
        assertThat(LocalSettings.from(uri, Map.of()).folder())
                .isEqualTo(Path.of(System.getProperty("user.home"), ".local/state/hpc4j/local"));
    }

    @Test
    void unknownSettingIsRefusedWithTheKnownOnes() {
        assertThatThrownBy(() -> settings("local:?node=3"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'node'")
                .hasMessageContaining("nodes, slots, memory");
    }

    @ParameterizedTest
    @CsvSource({
        "nodes=0",
        "nodes=many",
        "nodes=100000",
        "slots=-1",
        "memory=lots",
        "memory=0",
        "grace=5",
        "policy=lottery",
        "queues=",
        "queues=a/b",
        "queues=a:colour=red",
        "'queues=a,a'",
        "queues=a:walltime=soon",
        "cgroups=always",
        "sampling=0s"
    })
    void unreadableSettingIsRefusedByItsName(String setting) {
        assertThatThrownBy(() -> settings("local:?" + setting))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("setting")
                .hasMessageContaining(" must be ");
    }
}
