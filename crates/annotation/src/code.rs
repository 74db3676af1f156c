//! Codes of findings in labels; what each means stands in the code table of `core`.

/// File cannot be read.
pub const UNREADABLE: &str = "SJ-annotation-001";
/// Over a limit, not read to the end.
pub const TOO_LARGE: &str = "SJ-annotation-002";
/// Text is not UTF-8.
pub const ENCODING: &str = "SJ-annotation-003";
/// Broken syntax, nothing read after it.
pub const SYNTAX: &str = "SJ-annotation-004";
/// NaN or Infinity in JSON.
pub const JSON_NAN: &str = "SJ-annotation-005";
/// XML entity not expanded.
pub const XML_ENTITY: &str = "SJ-annotation-006";
/// Not a label file, not read.
pub const NOT_LABELS: &str = "SJ-annotation-007";
/// Field of the wrong type.
pub const WRONG_TYPE: &str = "SJ-annotation-008";
/// Field missing.
pub const MISSING_FIELD: &str = "SJ-annotation-009";
/// Wrong number of fields.
pub const FIELD_COUNT: &str = "SJ-annotation-010";
/// Kind of annotation not understood.
pub const UNREAD_SHAPE: &str = "SJ-annotation-011";
/// Mask picture missing or broken.
pub const MASK_PICTURE: &str = "SJ-annotation-012";
/// No class list.
pub const NO_CLASS_LIST: &str = "SJ-annotation-013";
/// Broken class list.
pub const CLASS_LIST: &str = "SJ-annotation-014";
/// Nothing delivered.
pub const EMPTY_DELIVERY: &str = "SJ-annotation-015";
/// Label file not recognised.
pub const UNRECOGNISED: &str = "SJ-annotation-016";
/// Folders read as raters.
pub const FOLDER_RATERS: &str = "SJ-annotation-017";
/// Label file is empty.
pub const EMPTY_FILE: &str = "SJ-annotation-018";
/// Packed file, not read.
pub const PACKED: &str = "SJ-annotation-019";
/// Reference to an unknown item.
pub const UNKNOWN_ITEM: &str = "SJ-annotation-020";
/// Unknown class.
pub const UNKNOWN_CLASS: &str = "SJ-annotation-021";
/// Repeated item id.
pub const REPEATED_ITEM_ID: &str = "SJ-annotation-022";
/// Repeated item name.
pub const REPEATED_ITEM_NAME: &str = "SJ-annotation-023";
/// Repeated annotation id.
pub const REPEATED_ANNOTATION_ID: &str = "SJ-annotation-024";
/// Repeated class.
pub const REPEATED_CLASS: &str = "SJ-annotation-025";
/// Class never used.
pub const UNUSED_CLASS: &str = "SJ-annotation-026";
/// Item without annotation.
pub const EMPTY_ITEM: &str = "SJ-annotation-027";
/// Bad image size.
pub const BAD_SIZE: &str = "SJ-annotation-028";
/// Medium missing.
pub const MISSING_MEDIA: &str = "SJ-annotation-029";
/// Spelling variant of a class.
pub const CLASS_VARIANT: &str = "SJ-annotation-030";
/// Empty label.
pub const EMPTY_LABEL: &str = "SJ-annotation-031";
/// Repeated answer.
pub const REPEATED_ROW: &str = "SJ-annotation-032";
/// Rater contradicts themself.
pub const SELF_CONTRADICTION: &str = "SJ-annotation-033";
/// Picture is not the one labelled.
pub const MEDIA_SIZE: &str = "SJ-annotation-034";
/// Annotation without class.
pub const NO_CLASS: &str = "SJ-annotation-035";
/// No label file for an image.
pub const NO_LABEL_FILE: &str = "SJ-annotation-036";
/// Last line has no end.
pub const LAST_LINE: &str = "SJ-annotation-037";
/// Coordinate is not a number.
pub const NOT_A_NUMBER: &str = "SJ-annotation-040";
/// Box of zero area.
pub const ZERO_BOX: &str = "SJ-annotation-041";
/// Box of negative size.
pub const NEGATIVE_BOX: &str = "SJ-annotation-042";
/// Outside the image.
pub const OUTSIDE: &str = "SJ-annotation-043";
/// Area disagrees with the box.
pub const AREA: &str = "SJ-annotation-044";
/// Duplicate annotation.
pub const DUPLICATE: &str = "SJ-annotation-045";
/// Near-duplicate annotation.
pub const NEAR_DUPLICATE: &str = "SJ-annotation-046";
/// Coordinate not normalised.
pub const NOT_NORMALISED: &str = "SJ-annotation-047";
/// Polygon of odd length.
pub const ODD_POLYGON: &str = "SJ-annotation-050";
/// Polygon of under three points.
pub const SHORT_POLYGON: &str = "SJ-annotation-051";
/// Self-crossing polygon.
pub const CROSSING_POLYGON: &str = "SJ-annotation-052";
/// Polygon of zero area.
pub const FLAT_POLYGON: &str = "SJ-annotation-053";
/// Polygon does not fit its box.
pub const POLYGON_BOX: &str = "SJ-annotation-054";
/// RLE counts do not sum to the pixels.
pub const RLE_SUM: &str = "SJ-annotation-055";
/// RLE cannot be decoded.
pub const RLE_BROKEN: &str = "SJ-annotation-056";
/// Mask size is not that of the image.
pub const MASK_SIZE: &str = "SJ-annotation-057";
/// Inconsistent keypoints.
pub const KEYPOINTS: &str = "SJ-annotation-058";
/// Bad size of a 3-D box.
pub const CUBOID: &str = "SJ-annotation-059";
/// Span past the end of the text.
pub const SPAN_PAST_END: &str = "SJ-annotation-060";
/// Reversed span.
pub const SPAN_REVERSED: &str = "SJ-annotation-061";
/// Empty span.
pub const SPAN_EMPTY: &str = "SJ-annotation-062";
/// Duplicate span.
pub const SPAN_DUPLICATE: &str = "SJ-annotation-063";
/// Partly overlapping spans.
pub const SPAN_OVERLAP: &str = "SJ-annotation-064";
/// Blank at the edge of a span.
pub const SPAN_EDGE: &str = "SJ-annotation-065";
/// Offsets in another unit than code points.
pub const SPAN_UNIT: &str = "SJ-annotation-066";
/// Span does not cover its text.
pub const SPAN_TEXT: &str = "SJ-annotation-067";
/// Tag out of order.
pub const TAG_ORDER: &str = "SJ-annotation-068";
/// Malformed tag.
pub const TAG_FORM: &str = "SJ-annotation-069";
/// Bad time segment.
pub const SEGMENT_ORDER: &str = "SJ-annotation-070";
/// Segment past the end of the recording.
pub const SEGMENT_OUTSIDE: &str = "SJ-annotation-071";
/// Overlapping segments of one speaker.
pub const SEGMENT_OVERLAP: &str = "SJ-annotation-072";
/// Track twice in one frame.
pub const TRACK_REPEAT: &str = "SJ-annotation-073";
/// Broken labelling instruction.
pub const SPEC_BROKEN: &str = "SJ-annotation-080";
/// Class not in the instruction.
pub const SPEC_CLASS: &str = "SJ-annotation-081";
/// Count against the instruction.
pub const SPEC_COUNT: &str = "SJ-annotation-082";
/// Required attribute missing.
pub const SPEC_ATTRIBUTE: &str = "SJ-annotation-083";
/// Attribute value not in the instruction.
pub const SPEC_VALUE: &str = "SJ-annotation-084";
/// Classes that exclude each other.
pub const SPEC_EXCLUDED: &str = "SJ-annotation-085";
/// Smaller than the instruction allows.
pub const SPEC_SIZE: &str = "SJ-annotation-086";
/// Shape against the instruction.
pub const SPEC_SHAPE: &str = "SJ-annotation-087";

/// Codes that say that a file, or a record of it, was not read.
pub const LOST: &[&str] =
    &[UNREADABLE, TOO_LARGE, SYNTAX, FIELD_COUNT, UNRECOGNISED, EMPTY_FILE, PACKED];

#[cfg(test)]
mod tests {
    #[test]
    fn every_code_has_its_row() {
        for code in ALL {
            assert!(shujian_core::codes::find(code).is_some(), "{code}");
        }
    }

    const ALL: &[&str] = &[
        super::UNREADABLE,
        super::TOO_LARGE,
        super::ENCODING,
        super::SYNTAX,
        super::JSON_NAN,
        super::XML_ENTITY,
        super::NOT_LABELS,
        super::WRONG_TYPE,
        super::MISSING_FIELD,
        super::FIELD_COUNT,
        super::UNREAD_SHAPE,
        super::MASK_PICTURE,
        super::NO_CLASS_LIST,
        super::CLASS_LIST,
        super::EMPTY_DELIVERY,
        super::UNRECOGNISED,
        super::FOLDER_RATERS,
        super::EMPTY_FILE,
        super::PACKED,
        super::UNKNOWN_ITEM,
        super::UNKNOWN_CLASS,
        super::REPEATED_ITEM_ID,
        super::REPEATED_ITEM_NAME,
        super::REPEATED_ANNOTATION_ID,
        super::REPEATED_CLASS,
        super::UNUSED_CLASS,
        super::EMPTY_ITEM,
        super::BAD_SIZE,
        super::MISSING_MEDIA,
        super::CLASS_VARIANT,
        super::EMPTY_LABEL,
        super::REPEATED_ROW,
        super::SELF_CONTRADICTION,
        super::MEDIA_SIZE,
        super::NO_CLASS,
        super::NO_LABEL_FILE,
        super::LAST_LINE,
        super::NOT_A_NUMBER,
        super::ZERO_BOX,
        super::NEGATIVE_BOX,
        super::OUTSIDE,
        super::AREA,
        super::DUPLICATE,
        super::NEAR_DUPLICATE,
        super::NOT_NORMALISED,
        super::ODD_POLYGON,
        super::SHORT_POLYGON,
        super::CROSSING_POLYGON,
        super::FLAT_POLYGON,
        super::POLYGON_BOX,
        super::RLE_SUM,
        super::RLE_BROKEN,
        super::MASK_SIZE,
        super::KEYPOINTS,
        super::CUBOID,
        super::SPAN_PAST_END,
        super::SPAN_REVERSED,
        super::SPAN_EMPTY,
        super::SPAN_DUPLICATE,
        super::SPAN_OVERLAP,
        super::SPAN_EDGE,
        super::SPAN_UNIT,
        super::SPAN_TEXT,
        super::TAG_ORDER,
        super::TAG_FORM,
        super::SEGMENT_ORDER,
        super::SEGMENT_OUTSIDE,
        super::SEGMENT_OVERLAP,
        super::TRACK_REPEAT,
        super::SPEC_BROKEN,
        super::SPEC_CLASS,
        super::SPEC_COUNT,
        super::SPEC_ATTRIBUTE,
        super::SPEC_VALUE,
        super::SPEC_EXCLUDED,
        super::SPEC_SIZE,
        super::SPEC_SHAPE,
    ];
}
