package sluice.spring.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The numbers were written by Sluice's C++ inbox. */
class EventHashTest {
    @Test
    void isTheOneOfOtherLanguages() {
        assertThat(EventHash.of("/calendar", "calendar.2018-10-26")).isEqualTo(3373659299153277781L);
    }

    @Test
    void tellsItsPartsApart() {
        assertThat(EventHash.of("ab", "c")).isNotEqualTo(EventHash.of("a", "bc"));
    }
}
