//! Finding codes of the `annotation` room: reading label files, and their structure.

use super::Code;
use crate::{Bilingual, Severity};

/// Rows of the code table, by number.
pub(super) const CODES: &[Code] = &[
    Code {
        id: "SJ-annotation-001",
        severity: Severity::Error,
        title: Bilingual { zh: "文件无法读取", en: "file cannot be read" },
        cause: Bilingual {
            zh: "操作系统拒绝打开或读取该文件",
            en: "the operating system refused to open or read it",
        },
        fix: Bilingual {
            zh: "检查权限和磁盘后重新交付",
            en: "check permissions and the disk, then deliver again",
        },
    },
    Code {
        id: "SJ-annotation-002",
        severity: Severity::Error,
        title: Bilingual {
            zh: "超过上限，未读完", en: "over a limit, not read to the end"
        },
        cause: Bilingual {
            zh: "文件、行或整个交付超过内存或数量上限",
            en: "a file, a line or the whole delivery is over the limit of memory or number",
        },
        fix: Bilingual {
            zh: "拆分文件或提高上限", en: "split the file or raise the limit"
        },
    },
    Code {
        id: "SJ-annotation-003",
        severity: Severity::Warning,
        title: Bilingual { zh: "文本不是 UTF-8", en: "text is not UTF-8" },
        cause: Bilingual {
            zh: "文件用其他编码保存，按推测的编码读取",
            en: "the file was saved in another encoding and read by a guess",
        },
        fix: Bilingual { zh: "以 UTF-8 重新导出", en: "export again as UTF-8" },
    },
    Code {
        id: "SJ-annotation-004",
        severity: Severity::Error,
        title: Bilingual {
            zh: "语法错误，其后未读", en: "broken syntax, nothing read after it"
        },
        cause: Bilingual {
            zh: "文件被截断或损坏，或不是所称的格式",
            en: "the file is cut short or damaged, or not of the format it seems",
        },
        fix: Bilingual {
            zh: "重新导出该文件并核对大小",
            en: "export the file again and compare its size",
        },
    },
    Code {
        id: "SJ-annotation-005",
        severity: Severity::Error,
        title: Bilingual { zh: "JSON 中的 NaN 或 Infinity", en: "NaN or Infinity in JSON" },
        cause: Bilingual {
            zh: "导出程序写出了 JSON 不允许的数值",
            en: "the exporter wrote numbers that JSON does not have",
        },
        fix: Bilingual {
            zh: "修正数值或写为 null 后重新导出",
            en: "correct the values and export again",
        },
    },
    Code {
        id: "SJ-annotation-006",
        severity: Severity::Warning,
        title: Bilingual {
            zh: "XML 实体或裸 &，未展开", en: "XML entity or bare &, not expanded"
        },
        cause: Bilingual {
            zh: "文件声明或引用了自定义实体，或文字中有未转义的 &；实体一律不展开，该处文字不完整",
            en: "it declares or uses an entity of its own, or text has an unescaped &; none is \
                 expanded, so the text there is incomplete",
        },
        fix: Bilingual {
            zh: "直接写出内容并删去声明；文字中的 & 写作 &amp;",
            en: "write the content itself and drop the declaration; write & in text as &amp;",
        },
    },
    Code {
        id: "SJ-annotation-007",
        severity: Severity::Info,
        title: Bilingual { zh: "不是标注文件，未读取", en: "not a label file, not read" },
        cause: Bilingual {
            zh: "内容不像任何已知的标注格式",
            en: "its content looks like no known label format",
        },
        fix: Bilingual {
            zh: "如为标注，请转换为已支持的格式",
            en: "convert it to a known format if it holds labels",
        },
    },
    Code {
        id: "SJ-annotation-008",
        severity: Severity::Error,
        title: Bilingual { zh: "字段类型错误", en: "field of the wrong type" },
        cause: Bilingual {
            zh: "字段的值不是该格式要求的类型",
            en: "the value is not of the type that the format asks for",
        },
        fix: Bilingual { zh: "改正该字段", en: "correct the field" },
    },
    Code {
        id: "SJ-annotation-009",
        severity: Severity::Error,
        title: Bilingual { zh: "缺少字段", en: "field missing" },
        cause: Bilingual {
            zh: "记录缺少该格式必需的字段",
            en: "the record lacks a field that the format requires",
        },
        fix: Bilingual { zh: "补齐该字段", en: "add the field" },
    },
    Code {
        id: "SJ-annotation-010",
        severity: Severity::Error,
        title: Bilingual { zh: "列数错误", en: "wrong number of fields" },
        cause: Bilingual {
            zh: "该行的列数不符合格式",
            en: "the line does not have the number of fields of its format",
        },
        fix: Bilingual {
            zh: "按格式补齐或删去多余的列",
            en: "add or remove fields as the format asks",
        },
    },
    Code {
        id: "SJ-annotation-011",
        severity: Severity::Warning,
        title: Bilingual {
            zh: "未识别的标注类型", en: "kind of annotation not understood"
        },
        cause: Bilingual {
            zh: "已计数，但本软件不识别该类型，未检查",
            en: "it is counted, but its kind is unknown here and was not checked",
        },
        fix: Bilingual {
            zh: "核对类型，或转换为已支持的类型",
            en: "check the kind, or convert it to a known one",
        },
    },
    Code {
        id: "SJ-annotation-012",
        severity: Severity::Error,
        title: Bilingual {
            zh: "掩码图片缺失或损坏", en: "mask picture missing or broken"
        },
        cause: Bilingual {
            zh: "标注引用的掩码图片不在交付中、无法解码或没有对应像素",
            en: "the picture of the mask is not in the delivery, cannot be decoded or has no such pixel",
        },
        fix: Bilingual {
            zh: "补交或重新导出掩码图片", en: "deliver or export the picture again"
        },
    },
    Code {
        id: "SJ-annotation-013",
        severity: Severity::Warning,
        title: Bilingual { zh: "没有类别表", en: "no class list" },
        cause: Bilingual {
            zh: "标签只有编号，交付中没有类别名称",
            en: "labels have numbers only; the delivery has no list of names",
        },
        fix: Bilingual {
            zh: "随交付提供 classes.txt 或 data.yaml",
            en: "deliver classes.txt or data.yaml",
        },
    },
    Code {
        id: "SJ-annotation-014",
        severity: Severity::Error,
        title: Bilingual { zh: "类别表有误", en: "broken class list" },
        cause: Bilingual {
            zh: "类别表无法解析，或类别数与声明不符",
            en: "the list cannot be parsed or does not have the declared number",
        },
        fix: Bilingual { zh: "改正类别表", en: "correct the list" },
    },
    Code {
        id: "SJ-annotation-015",
        severity: Severity::Error,
        title: Bilingual { zh: "没有交付任何标注", en: "nothing delivered" },
        cause: Bilingual {
            zh: "交付中没有一条可读的标注",
            en: "the delivery has no annotation that could be read",
        },
        fix: Bilingual {
            zh: "核对交付内容后重新提交",
            en: "check what was delivered and submit again",
        },
    },
    Code {
        id: "SJ-annotation-016",
        severity: Severity::Error,
        title: Bilingual { zh: "标注文件无法识别", en: "label file not recognised" },
        cause: Bilingual {
            zh: "文件与标注文件放在一起、扩展名相同或单独交付，但内容不合任何标注格式：多半已损坏",
            en: "it stands where label files stand, and its content is of no known format: likely damaged",
        },
        fix: Bilingual {
            zh: "重新导出该文件；若不是标注，请移到别处或命名为 README",
            en: "export it again; if it holds no labels, move it elsewhere or name it README",
        },
    },
    Code {
        id: "SJ-annotation-017",
        severity: Severity::Info,
        title: Bilingual { zh: "文件夹按标注员读取", en: "folders read as annotators" },
        cause: Bilingual {
            zh: "文件未署名，而各文件夹标注的是同一批对象：每个文件夹视为一名标注员",
            en: "files name no annotator, and the folders label the same items: each counts as one",
        },
        fix: Bilingual {
            zh: "如不是标注员，请分别交付各文件夹",
            en: "deliver the folders one by one if they are not annotators",
        },
    },
    Code {
        id: "SJ-annotation-018",
        severity: Severity::Error,
        title: Bilingual { zh: "标注文件是空的", en: "empty label file" },
        cause: Bilingual {
            zh: "文件里什么也没有，而这种格式的标注文件不会是空的：多半是导出或传输中断",
            en: "nothing is in it, and label files of this format are never empty: an export or a copy broke off",
        },
        fix: Bilingual {
            zh: "重新导出该文件；若确无内容，请删除",
            en: "export it again, or remove it if there is nothing to deliver",
        },
    },
    Code {
        id: "SJ-annotation-019",
        severity: Severity::Error,
        title: Bilingual { zh: "压缩文件未读取", en: "packed file not read" },
        cause: Bilingual {
            zh: "压缩包或归档里的内容没有读取，也就没有检查",
            en: "what is packed in it was not read, and so not checked",
        },
        fix: Bilingual { zh: "解压后交付", en: "unpack it and deliver what is in it" },
    },
    Code {
        id: "SJ-annotation-020",
        severity: Severity::Error,
        title: Bilingual { zh: "引用的样本不存在", en: "reference to an unknown item" },
        cause: Bilingual {
            zh: "标注引用的图片或样本编号未声明",
            en: "the annotation names an image or item that is not declared",
        },
        fix: Bilingual {
            zh: "改正编号或补上样本", en: "correct the reference or add the item"
        },
    },
    Code {
        id: "SJ-annotation-021",
        severity: Severity::Error,
        title: Bilingual { zh: "类别未声明", en: "unknown class" },
        cause: Bilingual {
            zh: "标注的类别不在类别表中",
            en: "the class of the annotation is not on the class list",
        },
        fix: Bilingual {
            zh: "改正类别或补充类别表", en: "correct the class or extend the list"
        },
    },
    Code {
        id: "SJ-annotation-022",
        severity: Severity::Error,
        title: Bilingual { zh: "样本编号重复", en: "repeated item id" },
        cause: Bilingual {
            zh: "同一文件中两个样本用了同一编号",
            en: "two items of one file have the same id",
        },
        fix: Bilingual {
            zh: "为每个样本使用唯一编号", en: "give each item an id of its own"
        },
    },
    Code {
        id: "SJ-annotation-023",
        severity: Severity::Error,
        title: Bilingual { zh: "样本文件名重复", en: "repeated item name" },
        cause: Bilingual {
            zh: "同一文件中两个样本用了同一文件名",
            en: "two items of one file have the same file name",
        },
        fix: Bilingual {
            zh: "删除重复样本或改正文件名",
            en: "remove the repeated item or correct its name",
        },
    },
    Code {
        id: "SJ-annotation-024",
        severity: Severity::Error,
        title: Bilingual { zh: "标注编号重复", en: "repeated annotation id" },
        cause: Bilingual {
            zh: "同一文件中两条标注用了同一编号",
            en: "two annotations of one file have the same id",
        },
        fix: Bilingual {
            zh: "为每条标注使用唯一编号",
            en: "give each annotation an id of its own",
        },
    },
    Code {
        id: "SJ-annotation-025",
        severity: Severity::Error,
        title: Bilingual { zh: "类别名称或编号重复", en: "repeated class" },
        cause: Bilingual {
            zh: "类别表中同一名称或编号出现两次",
            en: "a name or id stands twice on the class list",
        },
        fix: Bilingual { zh: "合并重复的类别", en: "merge the repeated classes" },
    },
    Code {
        id: "SJ-annotation-026",
        severity: Severity::Info,
        title: Bilingual { zh: "类别从未使用", en: "class never used" },
        cause: Bilingual {
            zh: "声明的类别没有任何标注", en: "no annotation has this class"
        },
        fix: Bilingual { zh: "确认是否漏标", en: "check that none was forgotten" },
    },
    Code {
        id: "SJ-annotation-027",
        severity: Severity::Info,
        title: Bilingual { zh: "样本没有标注", en: "item without annotation" },
        cause: Bilingual {
            zh: "样本已声明，但没有任何标注",
            en: "the item is declared and has no annotation",
        },
        fix: Bilingual {
            zh: "确认是真正的空样本，否则补标",
            en: "confirm that it is empty, or label it",
        },
    },
    Code {
        id: "SJ-annotation-028",
        severity: Severity::Error,
        title: Bilingual { zh: "图片尺寸无效", en: "bad image size" },
        cause: Bilingual {
            zh: "声明的宽或高不是正数",
            en: "the declared width or height is not positive",
        },
        fix: Bilingual { zh: "填写真实尺寸", en: "write the true size" },
    },
    Code {
        id: "SJ-annotation-029",
        severity: Severity::Warning,
        title: Bilingual { zh: "缺少媒体文件", en: "medium missing" },
        cause: Bilingual {
            zh: "其他样本的媒体文件都在交付中，唯独缺这一个",
            en: "media of other items are in the delivery, this one is not",
        },
        fix: Bilingual {
            zh: "补交该文件或改正文件名", en: "deliver the file or correct its name"
        },
    },
    Code {
        id: "SJ-annotation-030",
        severity: Severity::Warning,
        title: Bilingual { zh: "类别写法不一致", en: "spelling variant of a class" },
        cause: Bilingual {
            zh: "仅大小写、空白或全半角与另一类别不同",
            en: "it differs from another class only in case, blanks or width",
        },
        fix: Bilingual {
            zh: "统一为类别表中的写法", en: "use the spelling of the class list"
        },
    },
    Code {
        id: "SJ-annotation-031",
        severity: Severity::Error,
        title: Bilingual { zh: "标签为空", en: "empty label" },
        cause: Bilingual { zh: "该回答没有填写标签", en: "the answer has no label" },
        fix: Bilingual { zh: "补填标签", en: "fill the label in" },
    },
    Code {
        id: "SJ-annotation-032",
        severity: Severity::Warning,
        title: Bilingual { zh: "重复的回答", en: "repeated answer" },
        cause: Bilingual {
            zh: "同一标注员对同一样本给出的相同回答出现多次",
            en: "one rater gave one item the same answer more than once",
        },
        fix: Bilingual { zh: "删除重复行", en: "remove the repeated row" },
    },
    Code {
        id: "SJ-annotation-033",
        severity: Severity::Warning,
        title: Bilingual { zh: "标注员自相矛盾", en: "rater contradicts themself" },
        cause: Bilingual {
            zh: "同一标注员对同一样本给出不同的回答",
            en: "one rater gave one item different answers",
        },
        fix: Bilingual {
            zh: "由该标注员确认一个回答", en: "have the rater settle on one answer"
        },
    },
    Code {
        id: "SJ-annotation-034",
        severity: Severity::Warning,
        title: Bilingual {
            zh: "图片不是被标注的那一张", en: "picture is not the one labelled"
        },
        cause: Bilingual {
            zh: "标注全部落在随交付图片的范围之外：图片可能是占位图或缩略图",
            en: "every mark lies beyond the delivered picture, which may be a placeholder or a thumbnail",
        },
        fix: Bilingual { zh: "交付原图", en: "deliver the original picture" },
    },
    Code {
        id: "SJ-annotation-035",
        severity: Severity::Warning,
        title: Bilingual { zh: "标注没有类别", en: "annotation without class" },
        cause: Bilingual {
            zh: "标注没有填写类别", en: "the annotation has a shape and no class"
        },
        fix: Bilingual { zh: "补填类别", en: "give it a class" },
    },
    Code {
        id: "SJ-annotation-036",
        severity: Severity::Warning,
        title: Bilingual { zh: "图片没有标注文件", en: "no label file for this image" },
        cause: Bilingual {
            zh: "其他图片各有标注文件，这一张没有：可能确无目标，也可能漏交或改了名",
            en: "other images have a label file each, this one has none: nothing may be on it, or the file was left out or renamed",
        },
        fix: Bilingual {
            zh: "补交标注文件；确无目标时交付空文件",
            en: "deliver its label file, an empty one if nothing is on the image",
        },
    },
    Code {
        id: "SJ-annotation-037",
        severity: Severity::Warning,
        title: Bilingual { zh: "最后一行没有结束", en: "last line has no end" },
        cause: Bilingual {
            zh: "同格式的其他文件都以换行结束，这一个没有：最后一行可能被截断",
            en: "other files of this format end with a line break, this one does not: its last line may be cut",
        },
        fix: Bilingual {
            zh: "核对最后一行，必要时重新导出",
            en: "look at the last line, and export the file again if it is cut",
        },
    },
];
