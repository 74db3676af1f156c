//! Finding codes of the `annotation` room: shapes, spans, tags, and the labelling instruction.

use super::Code;
use crate::{Bilingual, Severity};

/// Rows of the code table, by number.
pub(super) const CODES: &[Code] = &[
    Code {
        id: "SJ-annotation-040",
        severity: Severity::Error,
        title: Bilingual { zh: "坐标不是数值", en: "coordinate is not a number" },
        cause: Bilingual {
            zh: "坐标为空、NaN、无穷大或文字",
            en: "a coordinate is null, NaN, infinite or text",
        },
        fix: Bilingual { zh: "改正坐标", en: "correct the coordinate" },
    },
    Code {
        id: "SJ-annotation-041",
        severity: Severity::Error,
        title: Bilingual { zh: "框面积为零", en: "box of zero area" },
        cause: Bilingual {
            zh: "框的宽或高为零", en: "the width or height of the box is zero"
        },
        fix: Bilingual { zh: "删除或重新画框", en: "remove the box or draw it again" },
    },
    Code {
        id: "SJ-annotation-042",
        severity: Severity::Error,
        title: Bilingual { zh: "框尺寸为负", en: "box of negative size" },
        cause: Bilingual {
            zh: "框的宽或高为负，多为角点顺序颠倒",
            en: "the width or height of the box is negative, often by swapped corners",
        },
        fix: Bilingual {
            zh: "交换角点或重新画框", en: "swap the corners or draw the box again"
        },
    },
    Code {
        id: "SJ-annotation-043",
        severity: Severity::Error,
        title: Bilingual { zh: "超出图片范围", en: "outside the image" },
        cause: Bilingual {
            zh: "框或多边形越过图片边界",
            en: "the box or polygon crosses the border of the image",
        },
        fix: Bilingual { zh: "裁剪到图片范围内", en: "cut it to the image" },
    },
    Code {
        id: "SJ-annotation-044",
        severity: Severity::Warning,
        title: Bilingual { zh: "面积与框不符", en: "area disagrees with the box" },
        cause: Bilingual {
            zh: "声明的面积大于框的面积",
            en: "the declared area is larger than that of the box",
        },
        fix: Bilingual { zh: "重新计算面积", en: "compute the area again" },
    },
    Code {
        id: "SJ-annotation-045",
        severity: Severity::Error,
        title: Bilingual { zh: "重复标注", en: "duplicate annotation" },
        cause: Bilingual {
            zh: "同一样本上类别和几何完全相同的标注",
            en: "an annotation of the same item, class and geometry stands before it",
        },
        fix: Bilingual { zh: "删除重复标注", en: "remove the duplicate" },
    },
    Code {
        id: "SJ-annotation-046",
        severity: Severity::Warning,
        title: Bilingual { zh: "疑似重复标注", en: "near-duplicate annotation" },
        cause: Bilingual {
            zh: "与同类别的另一框几乎重合",
            en: "it nearly coincides with another box of its class",
        },
        fix: Bilingual {
            zh: "核对并删除多余的一个", en: "check, and remove one of the two"
        },
    },
    Code {
        id: "SJ-annotation-047",
        severity: Severity::Error,
        title: Bilingual { zh: "坐标未归一化", en: "coordinate not normalised" },
        cause: Bilingual {
            zh: "YOLO 坐标应为 0 到 1 之间的比例",
            en: "YOLO coordinates are shares between 0 and 1",
        },
        fix: Bilingual { zh: "除以图片宽高", en: "divide by width and height of the image" },
    },
    Code {
        id: "SJ-annotation-050",
        severity: Severity::Error,
        title: Bilingual { zh: "多边形坐标数为奇数", en: "polygon of odd length" },
        cause: Bilingual {
            zh: "坐标成对出现，缺少一个数",
            en: "coordinates come in pairs; one is missing",
        },
        fix: Bilingual { zh: "补齐或重新绘制", en: "complete the polygon or draw it again" },
    },
    Code {
        id: "SJ-annotation-051",
        severity: Severity::Error,
        title: Bilingual { zh: "多边形不足三点", en: "polygon of under three points" },
        cause: Bilingual { zh: "两点围不成面积", en: "two points enclose nothing" },
        fix: Bilingual { zh: "删除或重新绘制", en: "remove the polygon or draw it again" },
    },
    Code {
        id: "SJ-annotation-052",
        severity: Severity::Warning,
        title: Bilingual { zh: "多边形自相交", en: "self-crossing polygon" },
        cause: Bilingual {
            zh: "边彼此交叉，面积随填充规则而变",
            en: "edges cross, so that the area depends on the filling rule",
        },
        fix: Bilingual {
            zh: "按边界顺序重新排列各点",
            en: "put the points in the order of the outline",
        },
    },
    Code {
        id: "SJ-annotation-053",
        severity: Severity::Warning,
        title: Bilingual { zh: "多边形面积为零", en: "polygon of zero area" },
        cause: Bilingual { zh: "各点在一条线上", en: "its points lie on a line" },
        fix: Bilingual { zh: "删除或重新绘制", en: "remove the polygon or draw it again" },
    },
    Code {
        id: "SJ-annotation-054",
        severity: Severity::Warning,
        title: Bilingual { zh: "多边形与框不符", en: "polygon does not fit its box" },
        cause: Bilingual {
            zh: "多边形的外接框与标注的框不一致",
            en: "the box around the polygon is not the box of the annotation",
        },
        fix: Bilingual { zh: "重新计算框", en: "compute the box again" },
    },
    Code {
        id: "SJ-annotation-055",
        severity: Severity::Error,
        title: Bilingual {
            zh: "RLE 计数之和不等于像素数",
            en: "RLE counts do not sum to the pixels",
        },
        cause: Bilingual {
            zh: "掩码被截断或尺寸写错",
            en: "the mask is cut short or its size is wrong",
        },
        fix: Bilingual { zh: "重新导出掩码", en: "export the mask again" },
    },
    Code {
        id: "SJ-annotation-056",
        severity: Severity::Error,
        title: Bilingual { zh: "RLE 无法解码", en: "RLE cannot be decoded" },
        cause: Bilingual {
            zh: "掩码的计数或尺寸不可读",
            en: "counts or size of the mask cannot be read",
        },
        fix: Bilingual { zh: "重新导出掩码", en: "export the mask again" },
    },
    Code {
        id: "SJ-annotation-057",
        severity: Severity::Warning,
        title: Bilingual {
            zh: "掩码尺寸与图片不符", en: "mask size is not that of the image"
        },
        cause: Bilingual {
            zh: "掩码的高宽与声明的图片不同",
            en: "height and width of the mask differ from those of the image",
        },
        fix: Bilingual {
            zh: "按图片尺寸重新导出掩码",
            en: "export the mask in the size of the image",
        },
    },
    Code {
        id: "SJ-annotation-058",
        severity: Severity::Error,
        title: Bilingual { zh: "关键点不一致", en: "inconsistent keypoints" },
        cause: Bilingual {
            zh: "关键点数量、可见性或计数与声明不符",
            en: "number, visibility or count of keypoints is not as declared",
        },
        fix: Bilingual { zh: "改正关键点", en: "correct the keypoints" },
    },
    Code {
        id: "SJ-annotation-059",
        severity: Severity::Error,
        title: Bilingual { zh: "三维框尺寸无效", en: "bad size of a 3-D box" },
        cause: Bilingual {
            zh: "长、宽、高应为正数",
            en: "length, width and height must be positive",
        },
        fix: Bilingual { zh: "改正尺寸", en: "correct the size" },
    },
    Code {
        id: "SJ-annotation-060",
        severity: Severity::Error,
        title: Bilingual { zh: "片段超出文本", en: "span past the end of the text" },
        cause: Bilingual {
            zh: "偏移量大于文本长度",
            en: "an offset is larger than the length of the text",
        },
        fix: Bilingual {
            zh: "改正偏移量；注意其计数单位",
            en: "correct the offsets, and mind their unit",
        },
    },
    Code {
        id: "SJ-annotation-061",
        severity: Severity::Error,
        title: Bilingual { zh: "片段起止颠倒", en: "reversed span" },
        cause: Bilingual { zh: "终点在起点之前", en: "its end is before its start" },
        fix: Bilingual { zh: "交换起止", en: "swap start and end" },
    },
    Code {
        id: "SJ-annotation-062",
        severity: Severity::Error,
        title: Bilingual { zh: "空片段", en: "empty span" },
        cause: Bilingual {
            zh: "起点等于终点，或为负", en: "start and end are equal, or negative"
        },
        fix: Bilingual { zh: "删除或重新标注", en: "remove it or label it again" },
    },
    Code {
        id: "SJ-annotation-063",
        severity: Severity::Error,
        title: Bilingual { zh: "重复片段", en: "duplicate span" },
        cause: Bilingual {
            zh: "同一文本上起止和类别都相同的片段",
            en: "a span of the same text, offsets and class stands before it",
        },
        fix: Bilingual { zh: "删除重复片段", en: "remove the duplicate" },
    },
    Code {
        id: "SJ-annotation-064",
        severity: Severity::Warning,
        title: Bilingual { zh: "片段部分重叠", en: "partly overlapping spans" },
        cause: Bilingual {
            zh: "两个片段交叉而不相互包含",
            en: "two spans cross and neither holds the other",
        },
        fix: Bilingual { zh: "核对边界", en: "check the boundaries" },
    },
    Code {
        id: "SJ-annotation-065",
        severity: Severity::Warning,
        title: Bilingual { zh: "片段边缘为空白", en: "blank at the edge of a span" },
        cause: Bilingual {
            zh: "片段以空白开始或结束", en: "the span begins or ends with a blank"
        },
        fix: Bilingual { zh: "收紧边界", en: "tighten the boundaries" },
    },
    Code {
        id: "SJ-annotation-066",
        severity: Severity::Error,
        title: Bilingual {
            zh: "偏移量单位不是码点",
            en: "offsets in another unit than code points",
        },
        cause: Bilingual {
            zh: "按 UTF-16、字节或含末位解释时文本才吻合",
            en: "the covered text matches only in UTF-16 units, bytes or with the end included",
        },
        fix: Bilingual {
            zh: "按码点、不含末位重新导出",
            en: "export offsets in code points, end excluded",
        },
    },
    Code {
        id: "SJ-annotation-067",
        severity: Severity::Error,
        title: Bilingual { zh: "片段文本不符", en: "span does not cover its text" },
        cause: Bilingual {
            zh: "无论按何种单位解释，偏移量处的文本都与声明的不同",
            en: "in no unit do the offsets lead to the text the span is said to cover",
        },
        fix: Bilingual {
            zh: "核对文本是否被改动，改正偏移量",
            en: "check whether the text was changed, and correct the offsets",
        },
    },
    Code {
        id: "SJ-annotation-068",
        severity: Severity::Warning,
        title: Bilingual { zh: "标签序列不合规则", en: "tag out of order" },
        cause: Bilingual {
            zh: "该标签不能接在前一标签之后",
            en: "the tag cannot follow the one before it",
        },
        fix: Bilingual {
            zh: "按所用方案（IOB1、IOB2 或 BIOES）改正",
            en: "correct it by the scheme in use (IOB1, IOB2 or BIOES)",
        },
    },
    Code {
        id: "SJ-annotation-069",
        severity: Severity::Error,
        title: Bilingual { zh: "标签写法无效", en: "malformed tag" },
        cause: Bilingual {
            zh: "标签不是 O，也不是“前缀-类别”",
            en: "the tag is neither O nor prefix-class",
        },
        fix: Bilingual { zh: "改正标签", en: "correct the tag" },
    },
    Code {
        id: "SJ-annotation-070",
        severity: Severity::Error,
        title: Bilingual { zh: "时间段无效", en: "bad time segment" },
        cause: Bilingual {
            zh: "终点不晚于起点、为负或不是数值",
            en: "its end is not after its start, or a time is negative or no number",
        },
        fix: Bilingual { zh: "改正时间", en: "correct the times" },
    },
    Code {
        id: "SJ-annotation-071",
        severity: Severity::Error,
        title: Bilingual {
            zh: "时间段超出录音", en: "segment past the end of the recording"
        },
        cause: Bilingual {
            zh: "终点晚于录音长度",
            en: "its end is after the end of the recording",
        },
        fix: Bilingual { zh: "裁剪到录音范围内", en: "cut it to the recording" },
    },
    Code {
        id: "SJ-annotation-072",
        severity: Severity::Warning,
        title: Bilingual {
            zh: "同一说话人时间段重叠", en: "overlapping segments of one speaker"
        },
        cause: Bilingual {
            zh: "同一类别的两个时间段重叠",
            en: "two segments of one class overlap",
        },
        fix: Bilingual { zh: "合并或改正边界", en: "merge them or correct the boundaries" },
    },
    Code {
        id: "SJ-annotation-073",
        severity: Severity::Error,
        title: Bilingual { zh: "轨迹在一帧中重复", en: "track twice in one frame" },
        cause: Bilingual {
            zh: "同一轨迹编号在同一帧出现两次",
            en: "one track id stands twice in one frame",
        },
        fix: Bilingual { zh: "改正轨迹编号", en: "correct the track id" },
    },
    Code {
        id: "SJ-annotation-080",
        severity: Severity::Error,
        title: Bilingual { zh: "标注规范有误", en: "broken labelling instruction" },
        cause: Bilingual {
            zh: "规范文件无法解析或含未知规则",
            en: "the instruction file cannot be parsed or has an unknown rule",
        },
        fix: Bilingual { zh: "改正规范文件", en: "correct the instruction file" },
    },
    Code {
        id: "SJ-annotation-081",
        severity: Severity::Error,
        title: Bilingual { zh: "规范不允许的类别", en: "class not in the instruction" },
        cause: Bilingual {
            zh: "规范的类别表中没有该类别",
            en: "the instruction does not list the class",
        },
        fix: Bilingual { zh: "改用规范中的类别", en: "use a class of the instruction" },
    },
    Code {
        id: "SJ-annotation-082",
        severity: Severity::Error,
        title: Bilingual { zh: "数量不符合规范", en: "count against the instruction" },
        cause: Bilingual {
            zh: "样本中该类标注的数量少于或多于规范",
            en: "the item has fewer or more of the class than the instruction asks",
        },
        fix: Bilingual { zh: "补标或删除", en: "add or remove annotations" },
    },
    Code {
        id: "SJ-annotation-083",
        severity: Severity::Error,
        title: Bilingual { zh: "缺少规范要求的属性", en: "required attribute missing" },
        cause: Bilingual {
            zh: "规范要求该类别带此属性",
            en: "the instruction asks for this attribute on the class",
        },
        fix: Bilingual { zh: "补填属性", en: "fill the attribute in" },
    },
    Code {
        id: "SJ-annotation-084",
        severity: Severity::Error,
        title: Bilingual {
            zh: "属性值不在规范中", en: "attribute value not in the instruction"
        },
        cause: Bilingual {
            zh: "规范列出的取值中没有该值",
            en: "the instruction does not list the value",
        },
        fix: Bilingual { zh: "改用规范中的取值", en: "use a value of the instruction" },
    },
    Code {
        id: "SJ-annotation-085",
        severity: Severity::Error,
        title: Bilingual {
            zh: "规范禁止同时出现的类别", en: "classes that exclude each other"
        },
        cause: Bilingual {
            zh: "同一样本上出现了规范禁止并存的类别",
            en: "an item has classes that the instruction does not allow together",
        },
        fix: Bilingual { zh: "只保留正确的一个", en: "keep the right one" },
    },
    Code {
        id: "SJ-annotation-086",
        severity: Severity::Error,
        title: Bilingual {
            zh: "小于规范的最小尺寸", en: "smaller than the instruction allows"
        },
        cause: Bilingual {
            zh: "框或时间段小于规范的最小值",
            en: "a box or segment is smaller than the least of the instruction",
        },
        fix: Bilingual { zh: "删除或重新标注", en: "remove it or label it again" },
    },
    Code {
        id: "SJ-annotation-087",
        severity: Severity::Error,
        title: Bilingual { zh: "标注类型不符合规范", en: "shape against the instruction" },
        cause: Bilingual {
            zh: "规范要求该类别使用其他标注类型",
            en: "the instruction asks for another kind of shape for the class",
        },
        fix: Bilingual { zh: "按规范的类型重新标注", en: "label it in the asked shape" },
    },
];
