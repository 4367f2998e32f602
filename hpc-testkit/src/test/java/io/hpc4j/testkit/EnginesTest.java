package io.hpc4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

class EnginesTest {

    private static final String INSTALL = "dev/engines/tools install";

    private String before;

    @BeforeEach
    void rememberTheProperty() {
        before = System.getProperty(Engines.PROPERTY, "");
    }

    @AfterEach
    void restoreTheProperty() {
        System.setProperty(Engines.PROPERTY, before);
    }

    @Test
    void testWithItsEngineGoesOn() {
        System.setProperty(Engines.PROPERTY, Engines.REQUIRED);

        assertThatCode(() -> Engines.require("GNU time", true, INSTALL)).doesNotThrowAnyException();
    }

    @Test
    void missingEngineSkipsWithTheCommandThatInstallsIt() {
        System.setProperty(Engines.PROPERTY, "optional");

        assertThatThrownBy(() -> Engines.require("GNU time", false, INSTALL))
                .isInstanceOf(TestAbortedException.class)
                .hasMessageContaining("GNU time is missing; install it with: dev/engines/tools install");
    }

    @Test
    void missingEngineFailsWhereEnginesAreRequired() {
        System.setProperty(Engines.PROPERTY, Engines.REQUIRED);

        assertThatThrownBy(() -> Engines.require("GNU time", false, INSTALL))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("GNU time is missing; install it with: dev/engines/tools install");
    }

    @Test
    void programIsFoundOnThePathOrNot() {
        assertThat(Engines.isOnPath("sh")).isTrue();
        assertThat(Engines.isOnPath("no-such-program-" + System.nanoTime())).isFalse();
    }
}
